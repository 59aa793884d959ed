export function bunExecutable(): string
