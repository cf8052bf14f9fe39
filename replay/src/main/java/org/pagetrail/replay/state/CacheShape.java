package org.pagetrail.replay.state;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumMap;
import java.util.Map;
import org.pagetrail.traces.event.Tlb;

/**
 * Which translation caches a machine has, and how large each is.
 *
 * @param arrays sets and ways of each TLB, and of the walk cache
 * @param secondLevelHoldsLarge whether the second level holds large pages whole
 */
record CacheShape(Map<Tlb, Ways> arrays, boolean secondLevelHoldsLarge) {
    /** The size of one cache. */
    record Ways(int sets, int ways) {}

    CacheShape {
        arrays = new EnumMap<>(arrays);
    }

    /** The caches of the machine profile that a trace's header holds. */
    static CacheShape of(JsonNode profile) {
        Map<Tlb, Ways> arrays = new EnumMap<>(Tlb.class);
        if (profile.path("unified").asBoolean()) {
            put(arrays, Tlb.UNIFIED, profile.path(profile.hasNonNull("data4K") ? "data4K" : "instruction4K"));
        } else {
            put(arrays, Tlb.INSTRUCTION_4K, profile.path("instruction4K"));
            put(arrays, Tlb.INSTRUCTION_4M, profile.path("instruction4M"));
            put(arrays, Tlb.DATA_4K, profile.path("data4K"));
        }
        put(arrays, Tlb.DATA_4M, profile.path("data4M"));
        put(arrays, Tlb.SECOND_LEVEL, profile.path("secondLevel"));
        put(arrays, Tlb.WALK_CACHE, profile.path("walkCache"));
        return new CacheShape(arrays, profile.path("secondLevelHolds4M").asBoolean());
    }

    private static void put(Map<Tlb, Ways> arrays, Tlb tlb, JsonNode geometry) {
        int ways = geometry.path("ways").asInt();
        if (ways > 0) {
            arrays.put(tlb, new Ways(geometry.path("entries").asInt() / ways, ways));
        }
    }
}
