package org.pagetrail.analyzer.diff;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.ia32.Ia32Paging;

/** A trace told by hand: a header to change, and events by what a test cares for. */
final class ToldTrace extends FlatEvents {
    private record Told(int id, long tick, long[] fields, String text) {}

    private final List<Told> events = new ArrayList<>();
    private final Map<String, Integer> symbols = new HashMap<>();
    final ObjectNode header = header();
    boolean complete = true;
    private long tick;

    private static ObjectNode header() {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        ObjectNode plan = nodes.objectNode();
        plan.put("name", "small");
        plan.put("title", "a small plan");
        ArrayNode regions = plan.putArray("regions");
        regions.addObject().put("id", "kernel-heap").put("first", "0xc0400000").put("last", "0xff3fffff");
        ObjectNode profile = nodes.objectNode();
        profile.put("name", "p6").put("description", "the sixth").put("unified", false);
        for (String array : List.of("instruction4K", "data4K", "data4M", "walkCache")) {
            profile.putObject(array).put("entries", 32).put("ways", 4);
        }
        profile.put("secondLevelHolds4M", true);
        ObjectNode kernel = nodes.objectNode();
        kernel.put("name", "kernel.elf").put("size", 17_712).put("sha256", "ab".repeat(32));
        kernel.put("entry", "0x00100010");
        return new TraceHeader(
                        TraceHeader.FORMAT,
                        EventCatalog.DIGEST,
                        "pagetrail 1.0",
                        Ia32Paging.NAME,
                        "boot",
                        0,
                        64 << 20,
                        plan,
                        "",
                        profile,
                        kernel,
                        nodes.arrayNode(),
                        nodes.objectNode().put("commandLine", "").put("shippedKernel", true))
                .toJson();
    }

    void module(String name, int size, String digest) {
        ((ArrayNode) header.get("modules"))
                .addObject()
                .put("name", name)
                .put("size", size)
                .put("sha256", digest);
    }

    @Override
    protected void event(int id, long at, long[] fields, int count, String text) {
        events.add(new Told(id, at, fields.clone(), text));
    }

    long tick() {
        return tick += 10;
    }

    void pass(long cycles) {
        tick += cycles;
    }

    int symbol(String text) {
        Integer known = symbols.get(text);
        if (known == null) {
            known = symbols.size();
            symbols.put(text, known);
            symbolDefined(tick, known, text);
        }
        return known;
    }

    void begin(String phase) {
        phaseBegan(tick, symbol(phase));
    }

    void end(String phase) {
        phaseEnded(tick, symbol(phase));
    }

    void space(long directory, int pid, String name) {
        addressSpaceCreated(tick(), directory, pid, symbol(name));
    }

    void allocate(long frame, String use) {
        framesAllocated(tick(), frame, 1, symbol(use));
    }

    void cr3(long frame) {
        controlRegisterWritten(tick(), ControlRegister.CR3.ordinal(), 0, frame << 12, 0xc0101000L, 0, 0);
    }

    void link(long directory, int slot, long table) {
        long linear = (long) slot << 22;
        tableLinked(tick(), directory, slot, 0, table << 12 | 3, linear, 2, directory, EntryCause.STORE.ordinal());
    }

    /** Maps a 4 KB page through a table that was linked. */
    void map(long directory, long table, long linear, long frame, int bits) {
        int slot = (int) (linear >>> 12 & 1023);
        pageMapped(tick(), table, slot, 0, frame << 12 | bits, linear, 1, directory, EntryCause.STORE.ordinal());
    }

    void fill(long linear, long table, long frame, FillCause cause) {
        tlbFilled(
                tick(),
                Tlb.DATA_4K.ordinal(),
                0,
                0,
                -1,
                linear >>> 12,
                table << 12 | 0x23,
                frame << 12 | 0x23,
                Rights.READ | Rights.WRITE | Rights.EXECUTE,
                0,
                0,
                cause.ordinal(),
                2);
    }

    void accesses(long walks) {
        accessesCounted(tick(), 5, 5, 5, 0, 15 - walks, 0, walks);
    }

    /** A space with the recursive slot, one table, and two pages of heap; frames from {@code first}. */
    static ToldTrace boot(long first) {
        ToldTrace trace = new ToldTrace();
        trace.begin("S4");
        trace.allocate(first, "page-directory");
        trace.space(first, 0, "kernel");
        trace.link(first, 1023, first);
        trace.allocate(first + 1, "page-table");
        trace.link(first, 769, first + 1);
        trace.end("S4");
        trace.begin("S5");
        for (int page = 0; page < 2; page++) {
            trace.allocate(first + 2 + page, "heap");
            trace.map(first, first + 1, 0xc0400000L + page * 4096L, first + 2 + page, 3);
            trace.fill(0xc0400000L + page * 4096L, first + 1, first + 2 + page, FillCause.MISS);
        }
        trace.accesses(2);
        trace.end("S5");
        return trace;
    }

    TraceReader read() {
        return new TraceReader() {
            private int next;

            @Override
            public TraceHeader header() {
                return TraceHeader.fromJson(header);
            }

            @Override
            public boolean next(TraceEvents out) {
                if (next == events.size()) {
                    return false;
                }
                Told told = events.get(next++);
                EventDispatch.dispatch(told.id, told.tick, told.fields, told.text, out);
                return true;
            }

            @Override
            public long ordinal() {
                return next - 1L;
            }

            @Override
            public TraceClosing closing() {
                return complete ? new TraceClosing(events.size(), tick, "", new TreeMap<>()) : null;
            }

            @Override
            public void close() {}
        };
    }
}
