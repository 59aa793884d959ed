/** Valid names of processes and groups. Files are named after them. */
export const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
/** Names that Windows reserves for devices, so that no file can have them. */
export const WINDOWS_DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i
