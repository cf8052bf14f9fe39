package org.pagetrail.recorder.kernel.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.profile.Costs;
import org.pagetrail.traces.profile.Features;
import org.pagetrail.traces.profile.MachineProfile;
import org.pagetrail.traces.profile.Replacement;
import org.pagetrail.traces.profile.TlbGeometry;

class BootKernelTest {
    @Test
    void theBootMapsWhatThePlanSays() {
        EventCounts counts = new EventCounts();
        MachineProfile profile = new MachineProfile(
                "t",
                "",
                new Features(true, true, true, true, 36, true, true),
                false,
                new TlbGeometry(16, 4, Replacement.LRU),
                new TlbGeometry(2, 2, Replacement.LRU),
                new TlbGeometry(16, 4, Replacement.TREE_PLRU),
                new TlbGeometry(8, 4, Replacement.LRU),
                new TlbGeometry(64, 4, Replacement.LRU),
                true,
                new TlbGeometry(4, 4, Replacement.LRU),
                true,
                false,
                new Costs(1, 1, 1, 1, 1, 1, 1, 1, 1, 1));
        BootFixture.run(profile, counts, true);
        counts.byId()
                .forEach((id, n) ->
                        System.out.println(EventCatalog.get().byId(id).name() + " " + n));
        System.out.println(counts.lastTick());
        assertEquals(256, counts.of(EventId.TABLE_LINKED));
    }
}
