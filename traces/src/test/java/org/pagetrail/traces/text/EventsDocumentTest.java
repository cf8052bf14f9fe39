package org.pagetrail.traces.text;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.Golden;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventType;

class EventsDocumentTest {
    @Test
    void theReferenceInTheProjectIsTheOneThatTheVocabularyMakes() throws IOException {
        Golden.assertIs(Golden.inProject("docs/events.md"), EventsDocument.text());
    }

    @Test
    void everyEventHasItsRow() {
        String text = EventsDocument.text();
        for (EventType type : EventCatalog.get().types()) {
            String row =
                    "\n| " + type.id() + " | `" + type.name() + "` | " + type.since() + " | " + type.says() + " | `";
            assertTrue(text.contains(row), row);
        }
    }
}
