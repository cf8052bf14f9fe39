package org.pagetrail.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.pagetrail.traces.event.EventId;

/** How many events of each kind a trace has, most frequent first, in columns. */
final class EventTable {
    private static final int COLUMNS = 3;

    private EventTable() {}

    static void print(Output out, Phases phases) {
        List<Integer> kinds = new ArrayList<>();
        for (int id = 0; id < EventId.LIMIT; id++) {
            if (phases.count(id) != 0) {
                kinds.add(id);
            }
        }
        kinds.sort(Comparator.comparing((Integer id) -> -phases.count(id)).thenComparing(id -> id));
        out.line("  events");
        int rows = (kinds.size() + COLUMNS - 1) / COLUMNS;
        for (int row = 0; row < rows; row++) {
            StringBuilder line = new StringBuilder();
            for (int i = row; i < kinds.size(); i += rows) {
                int id = kinds.get(i);
                line.append(String.format(
                        Locale.ROOT,
                        "  %8s %-24s",
                        String.format(Locale.ROOT, "%,d", phases.count(id)),
                        EventNames.of(id)));
            }
            out.line(line.toString().stripTrailing());
        }
    }
}
