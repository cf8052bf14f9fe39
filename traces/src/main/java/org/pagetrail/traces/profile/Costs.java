package org.pagetrail.traces.profile;

/**
 * What things take, in model cycles. They are parameters of the model, not measurements.
 *
 * @param hit every access, whatever else it needs
 * @param secondLevelHit more, when the second-level TLB served it
 * @param walkReference more, for each reference of a page walk to memory
 * @param invlpg INVLPG
 * @param cr3Write MOV to CR3
 * @param controlRegisterWrite MOV to CR0 or CR4
 * @param faultDelivery delivering a page fault, beside the accesses that it makes
 * @param faultReturn returning from one, beside its accesses
 * @param clearPage clearing a page, beside its first access
 * @param copyPage copying a page, beside its first accesses
 */
public record Costs(
        int hit,
        int secondLevelHit,
        int walkReference,
        int invlpg,
        int cr3Write,
        int controlRegisterWrite,
        int faultDelivery,
        int faultReturn,
        int clearPage,
        int copyPage) {}
