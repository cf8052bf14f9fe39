package org.pagetrail.analyzer.hotspot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.pagetrail.replay.state.MapRegion;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.FaultResolution;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.ia32.Ia32Paging;
import org.pagetrail.traces.profile.Costs;
import org.pagetrail.traces.profile.MachineProfiles;

/** A trace told by hand. Its clock goes on as a test says; what is told through {@link #events} is told at {@link #tick}. */
final class ToldTrace {
    static final long P = 1;
    static final long LARGE = 0x81;
    static final List<MapRegion> REGIONS =
            List.of(new MapRegion(0x0000_1000, 0x0000_8fff, "low"), new MapRegion(0xc000_0000L, 0xc03f_ffffL, "image"));

    private record Told(int id, long tick, long[] fields, String text) {}

    private final List<Told> told = new ArrayList<>();
    private JsonNode profile;
    private boolean complete = true;
    private int symbols;

    final Costs costs;
    long tick;

    final TraceEvents events = new FlatEvents() {
        @Override
        protected void event(int id, long at, long[] fields, int count, String text) {
            told.add(new Told(id, at, fields.clone(), text));
        }
    };

    ToldTrace(String name) {
        profile = MachineProfiles.named(name).toJson();
        costs = MachineProfiles.named(name).costs();
    }

    ToldTrace profile(JsonNode other) {
        profile = other;
        return this;
    }

    ToldTrace incomplete() {
        complete = false;
        return this;
    }

    /** Lets cycles pass. */
    ToldTrace pass(long cycles) {
        tick += cycles;
        return this;
    }

    int symbol(String text) {
        symbols++;
        events.symbolDefined(tick, symbols, text);
        return symbols;
    }

    ToldTrace begin(String phase) {
        events.phaseBegan(tick, symbol(phase));
        return this;
    }

    ToldTrace end() {
        events.phaseEnded(tick, symbols);
        return this;
    }

    /** Accesses of which so many hit the second level; their time has passed. */
    ToldTrace counted(long reads, long writes, long fetches, long secondLevelHits) {
        events.accessesCounted(tick, reads, writes, fetches, 0, 0, secondLevelHits, 0);
        return this;
    }

    /** A fill of a page of 4 KB. */
    ToldTrace filled(Tlb tlb, long page, int secondWay, FillCause cause, long references) {
        return fill(tlb, page, secondWay, P, P, cause, references);
    }

    /** A fill of a page of 4 MB. */
    ToldTrace filledLarge(Tlb tlb, long page, int secondWay, FillCause cause, long references) {
        return fill(tlb, page, secondWay, LARGE, 0, cause, references);
    }

    private ToldTrace fill(Tlb tlb, long page, int secondWay, long pde, long pte, FillCause cause, long references) {
        int rights = Rights.READ | Rights.WRITE | Rights.EXECUTE;
        int set = 0;
        events.tlbFilled(
                tick, tlb.ordinal(), set, 0, secondWay, page, pde, pte, rights, 0, 0, cause.ordinal(), references);
        return this;
    }

    ToldTrace invalidated(FlushCause cause, long linear) {
        events.tlbInvalidated(tick, cause.ordinal(), linear, 0, 0, 0);
        return this;
    }

    /** A page fault as the machine tells it, with what it drops. */
    ToldTrace faulted(long linear, int code, long references) {
        invalidated(FlushCause.PAGE_FAULT, linear);
        events.pageFaulted(tick, linear, code, 0, 0, 0, 0, references);
        return this;
    }

    ToldTrace answered(long linear, FaultResolution how) {
        events.pageFaultResolved(tick, linear, how.ordinal());
        return this;
    }

    /** IRET, whose time has passed. */
    ToldTrace returned() {
        events.interruptReturned(tick, 0, 0, 0);
        return this;
    }

    Hotspots hotspots() {
        return Hotspots.of(read(), REGIONS);
    }

    TraceHeader header() {
        JsonNodeFactory json = JsonNodeFactory.instance;
        ObjectNode plan = json.objectNode();
        plan.putArray("steps").addObject().put("id", "B1").put("title", "identity map");
        ObjectNode none = json.objectNode();
        return new TraceHeader(
                TraceHeader.FORMAT,
                EventCatalog.DIGEST,
                "pagetrail test",
                Ia32Paging.NAME,
                "told",
                1,
                64 << 20,
                plan,
                "",
                profile,
                none,
                json.arrayNode(),
                none);
    }

    TraceReader read() {
        TraceHeader header = header();
        return new TraceReader() {
            private int next;

            @Override
            public TraceHeader header() {
                return header;
            }

            @Override
            public boolean next(TraceEvents out) {
                if (next == told.size()) {
                    return false;
                }
                Told event = told.get(next++);
                EventDispatch.dispatch(event.id, event.tick, event.fields, event.text, out);
                return true;
            }

            @Override
            public long ordinal() {
                return next - 1L;
            }

            @Override
            public TraceClosing closing() {
                return complete ? new TraceClosing(told.size(), tick, "", new TreeMap<>()) : null;
            }

            @Override
            public void close() {}
        };
    }
}
