package org.pagetrail.replay.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.Tlb;

class CacheShapeTest {
    private final ObjectNode profile = JsonNodeFactory.instance.objectNode();

    private void array(String name, int entries, int ways) {
        profile.putObject(name).put("entries", entries).put("ways", ways);
    }

    @Test
    void aUnifiedProfileHasOneTlbForAllAccesses() {
        profile.put("unified", true);
        array("data4K", 32, 4);
        profile.putNull("secondLevel");
        CacheShape shape = CacheShape.of(profile);
        assertEquals(Map.of(Tlb.UNIFIED, new CacheShape.Ways(8, 4)), shape.arrays());
        assertFalse(shape.secondLevelHoldsLarge());
    }

    @Test
    void aSplitProfileHasTheArraysThatAreNotNull() {
        profile.put("unified", false);
        array("instruction4K", 32, 4);
        array("instruction4M", 2, 2);
        array("data4K", 64, 4);
        profile.putNull("data4M");
        array("secondLevel", 1536, 12);
        profile.put("secondLevelHolds4M", true);
        array("walkCache", 4, 4);
        CacheShape shape = CacheShape.of(profile);
        assertEquals(
                Map.of(
                        Tlb.INSTRUCTION_4K, new CacheShape.Ways(8, 4),
                        Tlb.INSTRUCTION_4M, new CacheShape.Ways(1, 2),
                        Tlb.DATA_4K, new CacheShape.Ways(16, 4),
                        Tlb.SECOND_LEVEL, new CacheShape.Ways(128, 12),
                        Tlb.WALK_CACHE, new CacheShape.Ways(1, 4)),
                shape.arrays());
        assertTrue(shape.secondLevelHoldsLarge());
    }
}
