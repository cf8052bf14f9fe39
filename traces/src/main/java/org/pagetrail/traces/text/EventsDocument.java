package org.pagetrail.traces.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventFamily;
import org.pagetrail.traces.event.EventField;
import org.pagetrail.traces.event.EventType;
import org.pagetrail.traces.event.FieldKind;

/** The reference of the vocabulary, {@code docs/events.md}, made from the catalog so that it cannot be out of date. */
public final class EventsDocument {
    private static final String INTRODUCTION = """
        # Events

        <!-- Made from the vocabulary by a test: mvn -pl traces test -Dtest=EventsDocumentTest -Dgolden.update -->

        Every event that a trace can hold. An event is a fact, told directly after the change that it reports. Beside the fields
        listed here each has an `ordinal`, its position in the trace from 0, and a `tick`, the model cycles since the recording
        began; ticks never go back.

        In a portable trace (JSON Lines) an event is one line: `ordinal`, `tick`, `event`, then the fields in the order in
        which they stand here; [trace.schema.json](trace.schema.json) says the same as a JSON Schema. `no` is the event's number in a journal, `since` the first version of the format that has it.
        Numbers and names are never given out twice, and codes are only added at the end.

        ## Kinds of fields

        """;

    private static final String ENTRIES = """
        One change of one word of a live paging structure is exactly one of these events; an absent entry is told as 0.
        `table`, `slot`, `was` and `now` are the fact; `linear`, `level`, `directory` and `cause` describe it. `level` 1 is a
        PTE, 2 a PDE. Which event it is:

        | was \\ now | absent | table | leaf |
        |---|---|---|---|
        | absent | none | `table-linked` | `page-mapped` |
        | table | `table-unlinked` | other table: `table-relinked`; other bits than A and D: `table-protected`; else `entry-marked` | `page-merged` |
        | leaf | `page-unmapped` | `page-split` | other frame: `page-remapped`; other bits than A and D: `page-protected`; else `entry-marked` |

        """;

    private EventsDocument() {}

    /** The whole document, with LF. */
    public static String text() {
        StringBuilder text = new StringBuilder(INTRODUCTION);
        kinds(text);
        Map<EventFamily, List<EventType>> families = new TreeMap<>();
        for (EventType type : EventCatalog.get().types()) {
            families.computeIfAbsent(type.family(), family -> new ArrayList<>()).add(type);
        }
        families.forEach((family, types) -> family(text, family, types));
        return text.toString();
    }

    private static void kinds(StringBuilder text) {
        text.append("| kind | is | in JSON |\n|---|---|---|\n");
        for (FieldKind kind : FieldKind.values()) {
            text.append("| ").append(name(kind)).append(" | ").append(is(kind)).append(" |\n");
        }
        text.append("| text | characters | a string |\n");
    }

    private static String name(FieldKind kind) {
        return EventCatalog.code(kind).replace('-', ' ');
    }

    /** What a kind is, and its form in JSON. */
    private static String is(FieldKind kind) {
        String hex = " | `\"0x%08x\"`, more digits when needed";
        return switch (kind) {
            case LINEAR -> "a linear address" + hex;
            case PHYSICAL -> "a physical address" + hex;
            case PAGE -> "a page (linear); in a journal its number" + " | its first address, as above";
            case FRAME -> "a page frame (physical); in a journal its number" + " | its first address, as above";
            case ENTRY -> "a raw paging-structure entry, 0 when absent" + hex;
            case VALUE -> "the value of a register" + hex;
            case ERROR_CODE -> "the error code of #PF: P 1, W 2, U 4, RSVD 8, F 16 (SDM volume 3A, 4.7)" + hex;
            case COUNT -> "how many | a number";
            case BYTES -> "a size in bytes | a number";
            case INDEX -> "a position from 0 | a number";
            case OPTIONAL_INDEX -> "a position from 0, or none | a number, or `null`";
            case LEVEL -> "a level of the paging structures, 1 for the last of a walk | a number";
            case PRIVILEGE -> "a privilege level (CPL), 0 to 3 | a number";
            case PID -> "a process, 0 for the kernel | a number";
            case FLAG -> "yes or no | `true`, `false`";
            case RIGHTS -> "what is allowed: read, write, execute, user mode | `\"rwxu\"`, a dash for each that is not";
            case SYMBOL ->
                "a text that a `symbol-defined` before has given a number; in a journal the number | the text";
            case CODE -> "one of the names listed with the field | the name";
        };
    }

    private static void family(StringBuilder text, EventFamily family, List<EventType> types) {
        text.append("\n## ").append(family.title()).append("\n\n");
        if (family == EventFamily.PAGING_ENTRIES) {
            text.append(ENTRIES);
        }
        text.append("| no | event | since | says | fields |\n|---|---|---|---|---|\n");
        for (EventType type : types) {
            text.append("| ")
                    .append(type.id())
                    .append(" | `")
                    .append(type.name())
                    .append("` | ")
                    .append(type.since())
                    .append(" | ")
                    .append(type.says())
                    .append(" | ")
                    .append(fields(type))
                    .append(" |\n");
        }
        codes(text, types);
    }

    private static String fields(EventType type) {
        List<String> fields = new ArrayList<>();
        for (EventField field : type.fields()) {
            fields.add("`" + field.name() + "` " + name(field.kind()));
        }
        if (type.hasText()) {
            fields.add("`" + JsonLines.TEXT + "` text");
        }
        return String.join(", ", fields);
    }

    /** The names of each code field of a family, once for those that share them. */
    private static void codes(StringBuilder text, List<EventType> types) {
        List<String> lines = new ArrayList<>();
        for (EventType type : types) {
            for (EventField field : type.fields()) {
                String line = "- `" + field.name() + "` of " + owners(types, field) + ": `"
                        + String.join("`, `", field.codes()) + "`\n";
                if (field.kind() == FieldKind.CODE && !lines.contains(line)) {
                    lines.add(line);
                }
            }
        }
        if (!lines.isEmpty()) {
            text.append("\nCodes, in the order of their numbers from 0:\n\n");
            lines.forEach(text::append);
        }
    }

    private static String owners(List<EventType> types, EventField field) {
        List<String> owners = types.stream()
                .filter(type -> type.fields().contains(field))
                .map(type -> "`" + type.name() + "`")
                .toList();
        return owners.size() == types.size() && types.size() > 1 ? "all of them" : String.join(", ", owners);
    }
}
