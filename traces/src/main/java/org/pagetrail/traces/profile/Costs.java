package org.pagetrail.traces.profile;

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
