package org.pagetrail.traces.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import org.junit.jupiter.api.Test;

class EventCatalogTest {
    @Test
    void theDigestThatIsWrittenDownIsTheDigestOfTheVocabulary() {
        assertEquals(
                EventCatalog.get().computeDigest(),
                EventCatalog.DIGEST,
                EventCatalog.get().listing());
    }

    @Test
    void everyEventIsFoundByItsNumberAndByItsName() {
        for (EventType type : EventCatalog.get().types()) {
            assertEquals(type, EventCatalog.get().byId(type.id()));
            assertEquals(type, EventCatalog.get().byName(type.name()));
        }
        assertNotNull(EventCatalog.get().byName("tlb-filled"));
    }
}
