package org.pagetrail.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.replay.state.MapRange;
import org.pagetrail.replay.state.MemoryMap;
import org.pagetrail.replay.state.StateBuilder;
import org.pagetrail.traces.event.ByteSize;
import org.pagetrail.traces.event.EventTee;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceReader;

/** What {@code record} shows at its end: read back from the journal, not remembered from the run. */
final class RecordSummary {
    private RecordSummary() {}

    static void print(Output out, Path trace) {
        try (TraceReader reader = Traces.open(trace)) {
            Phases phases = new Phases();
            StateBuilder builder = new StateBuilder(reader.header());
            reader.readAll(new EventTee(phases, builder));
            print(out, trace, reader.header(), phases, builder.state());
        }
    }

    private static void print(Output out, Path trace, TraceHeader header, Phases phases, MachineState state) {
        out.line(String.format(
                Locale.ROOT,
                "Recorded %s of %s on %s with %s of RAM: %,d events, %,d cycles, %s",
                header.scenario(),
                header.plan().path("name").asText(),
                header.profile().path("name").asText(),
                ByteSize.text(header.ram()),
                phases.events(),
                phases.lastTick(),
                ending(phases)));
        out.print("\n");
        PhaseTable.print(out, header, phases);
        out.print("\n");
        EventTable.print(out, phases);
        out.print("\n");
        map(out, header, state);
        out.print("\n");
        out.line("Trace:  " + trace);
        out.line("Next:   pagetrail verify " + trace);
        out.line("        pagetrail view " + trace + " --phase S5 -n 20");
        out.line("        pagetrail state " + trace + " --at phase:B2");
    }

    private static String ending(Phases phases) {
        if (phases.stopReason() < 0) {
            return "incomplete";
        }
        return switch (StopReason.values()[phases.stopReason()]) {
            case HALT -> "halted";
            case TRIPLE_FAULT -> "ended by a TRIPLE FAULT";
            case LIMIT -> "stopped at a limit";
            case INTERRUPTED -> "interrupted";
        };
    }

    private static void map(Output out, TraceHeader header, MachineState state) {
        OptionalLong directory = state.loadedDirectory();
        if (directory.isEmpty()) {
            out.line("  no address space is loaded: paging is off");
            return;
        }
        out.line(String.format(
                Locale.ROOT,
                "  address space of directory 0x%08x",
                directory.getAsLong() << state.pagingMode().shift(1)));
        out.line(String.format(
                Locale.ROOT,
                "  %-21s   %9s  %-5s  %-4s  %-21s  %s",
                "linear",
                "size",
                "page",
                "",
                "physical",
                "region"));
        List<MapRange> ranges = MemoryMap.of(state, directory.getAsLong(), Regions.of(header));
        MapRange shown = null;
        int more = 0;
        for (int i = ranges.size() - 1; i >= 0; i--) {
            MapRange range = ranges.get(i);
            // The window has a range for each run of tables: one line says enough.
            if (range.derived()
                    && shown != null
                    && shown.derived()
                    && range.region() != null
                    && range.region().equals(shown.region())) {
                more++;
                continue;
            }
            more(out, more);
            more = 0;
            line(out, range);
            shown = range;
        }
        more(out, more);
    }

    private static void more(Output out, int more) {
        if (more > 0) {
            out.line(String.format(Locale.ROOT, "  %-23s", "  and " + more + " more like it"));
        }
    }

    private static void line(Output out, MapRange range) {
        out.line(String.format(
                Locale.ROOT,
                "  0x%08x-0x%08x   %9s  %-5s  %-4s  0x%08x-0x%08x  %s%s",
                range.first(),
                range.last(),
                ByteSize.text(range.bytes()),
                ByteSize.text(range.pageBytes()),
                Rights.text(range.rights()),
                range.physical(),
                range.physicalLast(),
                range.region() == null ? "-" : range.region(),
                range.global() ? ", global" : ""));
    }
}
