let jobs = 0
setInterval(() => console.log(`job ${++jobs} done`), 1000)
