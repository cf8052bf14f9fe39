package org.pagetrail.traces.profile;

public record Features(
        boolean pse, boolean pge, boolean pat, boolean pse36, int maxPhysicalAddress, boolean smep, boolean smap) {}
