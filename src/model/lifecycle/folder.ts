/**
 * `DEVICE:INODE:BORN` of a folder. It stays when the folder is renamed, and a copy has another one. BORN, its birth in ns, tells
 * it from a later folder that got the same inode; 0 where the file system does not know it.
 */
export type FolderId = string

/**
 * Whether two ids mean one folder.
 *
 * @param isSameMount false if the ids were read under different boots or in different containers, which may number devices anew
 */
export function isSameFolder(one: FolderId, other: FolderId, isSameMount: boolean): boolean {
  const [device, inode, born = '0'] = one.split(':')
  const [otherDevice, otherInode, otherBorn = '0'] = other.split(':')
  if (inode !== otherInode || (isSameMount && device !== otherDevice)) return false
  return born === otherBorn || born === '0' || otherBorn === '0'
}
