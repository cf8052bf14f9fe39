package org.pagetrail.analyzer.hotspot;

import org.pagetrail.traces.profile.Costs;

/** What model cycles are paid for: each of the profile's costs, and what no cost explains. */
public enum Cause {
    /** Every access, whatever else it needs. Counts accesses. */
    HIT("accesses"),

    /** The second-level TLB was asked and had the translation. Counts how often. */
    SECOND_LEVEL_HIT("second-level TLB hits"),

    /** Page walks. Counts their references to memory. */
    WALK("page-walk references"),

    /** INVLPG. */
    INVLPG("INVLPG"),

    /** MOV to CR3, and the flush that it is. */
    CR3_WRITE("MOV to CR3"),

    /** MOV to CR0 and CR4, and the flush that some are. */
    CONTROL_REGISTER_WRITE("MOV to CR0, CR4"),

    /** Delivering page faults, beside the accesses of it. */
    FAULT_DELIVERY("fault deliveries"),

    /** Delivering interrupts, beside the accesses of it. */
    INTERRUPT_DELIVERY("interrupt deliveries"),

    /** Returning from page faults and interrupts, beside the accesses of it. */
    INTERRUPT_RETURN("returns by IRET"),

    /** Clearing page frames, beside the first access. */
    CLEAR_PAGE("page frames cleared"),

    /** Copying page frames, beside the first accesses. */
    COPY_PAGE("page frames copied"),

    /** Waiting for an interrupt. Counts cycles. */
    HALT("halted"),

    /** What the trace's ticks have and its events do not explain, below zero when the events explain more. Counts cycles. */
    UNATTRIBUTED("unattributed");

    /** How many causes there are. */
    static final int COUNT = values().length;

    private final String title;

    Cause(String title) {
        this.title = title;
    }

    /** What it counts, for people. */
    public String title() {
        return title;
    }

    /** What one of it takes. */
    public int each(Costs costs) {
        return switch (this) {
            case HIT -> costs.hit();
            case SECOND_LEVEL_HIT -> costs.secondLevelHit();
            case WALK -> costs.walkReference();
            case INVLPG -> costs.invlpg();
            case CR3_WRITE -> costs.cr3Write();
            case CONTROL_REGISTER_WRITE -> costs.controlRegisterWrite();
            case FAULT_DELIVERY, INTERRUPT_DELIVERY -> costs.faultDelivery();
            case INTERRUPT_RETURN -> costs.faultReturn();
            case CLEAR_PAGE -> costs.clearPage();
            case COPY_PAGE -> costs.copyPage();
            case HALT, UNATTRIBUTED -> 1;
        };
    }
}
