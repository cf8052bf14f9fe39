package org.pagetrail.recorder.kernel;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** The mistakes that a kernel is to make, and when. Each is made once. */
public final class Defects {
    /** None at all: a kernel that is right. */
    public static final Defects NONE = new Defects(Set.of(), 0, -1);

    /** How many opportunities are still to pass; negative when the mistake has been made. */
    private final Map<Defect, Long> before = new EnumMap<>(Defect.class);

    private final Map<Defect, Long> choices = new EnumMap<>(Defect.class);

    /**
     * Mistakes to make.
     *
     * @param seed chooses when
     * @param at at which opportunity instead, from 0; -1 for the seed's choice
     */
    public Defects(Set<Defect> chosen, long seed, long at) {
        for (Defect defect : chosen) {
            long drawn = mix(seed + defect.ordinal());
            before.put(defect, at >= 0 ? at : Math.floorMod(drawn, defect.window()));
            choices.put(defect, drawn >>> 32);
        }
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). */
    private static long mix(long seed) {
        long z = (seed + 1) * 0x9e37_79b9_7f4a_7c15L;
        z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
        return z ^ z >>> 31;
    }

    /** Here is an opportunity for the mistake: whether it is made now. */
    public boolean strikes(Defect defect) {
        Long left = before.get(defect);
        if (left == null || left < 0) {
            return false;
        }
        before.put(defect, left - 1);
        return left == 0;
    }

    /** A number that the seed gives, for a mistake that can be made in several manners. */
    public long choice(Defect defect) {
        return choices.getOrDefault(defect, 0L);
    }

    /** Whether the mistake is still to be made. */
    public boolean awaits(Defect defect) {
        return before.getOrDefault(defect, -1L) >= 0;
    }
}
