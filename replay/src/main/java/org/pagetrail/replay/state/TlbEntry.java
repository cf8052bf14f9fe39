package org.pagetrail.replay.state;

/**
 * One cached translation.
 *
 * @param page the page it is held under: for a large page in an array that holds such, the first 4 KB page
 * @param large whether its directory entry maps a large page; in an array for 4 KB pages it is then a fragment of one
 * @param pde the directory entry it was made from
 * @param pte the table entry, 0 for a large page
 * @param rights the AND of both levels, as {@link org.pagetrail.traces.event.Rights}
 * @param dirty whether it was filled by a write or for a page already dirty
 * @param global whether MOV to CR3 spares it
 */
public record TlbEntry(long page, boolean large, long pde, long pte, int rights, boolean dirty, boolean global) {}
