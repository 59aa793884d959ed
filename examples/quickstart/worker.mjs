// Does a job every 250 ms and reports it to the server. The server may be away: the next report will find it.
const server = process.env.SERVER_URL

async function work() {
  try {
    const response = await fetch(server, { method: 'POST' })
    console.log(`job ${(await response.json()).done} done`)
  } catch (error) {
    console.error(`the server does not answer: ${error.cause?.code ?? error.message}`)
  }
}

console.log('worker ready')
setInterval(work, 250)
