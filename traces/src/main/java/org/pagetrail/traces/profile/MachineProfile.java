package org.pagetrail.traces.profile;

public record MachineProfile(
        String name,
        String description,
        Features features,
        boolean unified,
        TlbGeometry instruction4K,
        TlbGeometry instruction4M,
        TlbGeometry data4K,
        TlbGeometry data4M,
        TlbGeometry secondLevel,
        boolean secondLevelHolds4M,
        TlbGeometry walkCache,
        boolean pseChangeFlushes,
        boolean largePageServesFirst,
        Costs costs) {}
