package org.pagetrail.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import org.pagetrail.traces.event.TraceHeader;

/** The phases of a trace as a table, with a bar for each one's share of the cycles. */
final class PhaseTable {
    private static final int BAR = 24;

    private PhaseTable() {}

    static void print(Output out, TraceHeader header, Phases phases) {
        out.line(String.format(Locale.ROOT, "  %-6s %-38s %10s %8s", "phase", "", "cycles", "events"));
        for (Phases.Phase phase : phases.phases()) {
            boolean between = phase.name().equals(Phases.LOADED);
            if (between && phase.cycles() == 0 && phase.firstOrdinal() != 0) {
                continue;
            }
            String title =
                    between ? phase.firstOrdinal() == 0 ? "firmware and boot loader" : "" : title(header, phase.name());
            out.line(String.format(
                            Locale.ROOT,
                            "  %-6s %-38s %,10d %,8d  %s",
                            phase.name(),
                            title,
                            phase.cycles(),
                            phase.events(),
                            bar(phase.cycles(), phases.lastTick()))
                    .stripTrailing());
        }
        out.line(String.format(Locale.ROOT, "  %-6s %-38s %,10d %,8d", "", "all", phases.lastTick(), phases.events()));
    }

    /** What the plan in the header calls a step. */
    private static String title(TraceHeader header, String phase) {
        for (JsonNode step : header.plan().path("steps")) {
            if (step.path("id").asText().equals(phase)) {
                return step.path("title").asText();
            }
        }
        return "";
    }

    private static String bar(long part, long whole) {
        int length = whole == 0 ? 0 : (int) Math.round((double) BAR * part / whole);
        return "#".repeat(part > 0 ? Math.max(1, length) : 0);
    }
}
