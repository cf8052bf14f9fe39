package org.pagetrail.traces.text;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.List;
import org.pagetrail.traces.event.ByteSize;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventField;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.EventType;
import org.pagetrail.traces.event.PageFaultCode;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.paging.PagingMode;

/**
 * What an event says, as one short text for people: fields that belong together are put together.
 *
 * <pre>
 *   in 0x00401000[256] of 0x00400000     an entry's table and slot, and its directory where it is another than before
 *   data-4k[1] way 3/0                   a TLB, the set in it, the way; after the stroke the second level's way
 *   2 refs                               memory references of the walk
 * </pre>
 */
public final class EventText {
    private static final int NO_DIRECTORY = -1;

    private final PagingMode mode;
    private final SymbolTable symbols;
    private final EntryText entries;
    private long lastDirectory = NO_DIRECTORY;
    private EventType type;
    private long[] fields;

    /** Of events of a trace in this mode, whose texts are in the table. */
    public EventText(PagingMode mode, SymbolTable symbols) {
        this.mode = mode;
        this.symbols = symbols;
        entries = new EntryText(mode);
    }

    /** The text of an event, without its name. */
    public String what(int id, long[] values, int count, String text) {
        type = EventCatalog.get().byId(id);
        fields = values;
        return switch (id) {
            case EventId.SYMBOL_DEFINED -> "#" + values[0] + " is " + quoted(text);
            case EventId.PHASE_BEGAN, EventId.PHASE_ENDED, EventId.MACHINE_STOPPED -> show(0);
            case EventId.MEMORY_REGION_REPORTED ->
                range(values[0], values[1]) + " " + show(2) + ", " + ByteSize.text(values[1]);
            case EventId.MODULE_LOADED -> range(values[0], values[1]) + " " + show(2) + ", " + ByteSize.text(values[1]);
            case EventId.KERNEL_SEGMENT_LOADED ->
                range(values[1], values[3]) + " " + show(4) + " at " + show(0) + ", " + ByteSize.text(values[2])
                        + " from the file";
            case EventId.CONTROL_REGISTER_WRITTEN ->
                show(0) + " " + show(1) + " -> " + show(2) + "  ip " + show(3) + " sp " + show(4) + " cpl " + show(5);
            case EventId.DESCRIPTOR_TABLE_LOADED ->
                show(0) + " " + range(values[1], values[2] + 1) + (values[3] == 0 ? "" : ", #PF to " + show(3));
            case EventId.STACK_POINTER_MOVED -> "to page " + show(0);
            case EventId.MODE_SWITCHED -> show(0) + " -> " + show(1);
            case EventId.ADDRESS_SPACE_CREATED, EventId.ADDRESS_SPACE_RETIRED, EventId.ADDRESS_SPACE_SWITCHED ->
                "directory " + show(0) + " pid " + show(1) + " " + show(2);
            case EventId.PAGE_MAPPED,
                    EventId.PAGE_UNMAPPED,
                    EventId.PAGE_REMAPPED,
                    EventId.PAGE_PROTECTED,
                    EventId.TABLE_LINKED,
                    EventId.TABLE_UNLINKED,
                    EventId.TABLE_RELINKED,
                    EventId.TABLE_PROTECTED,
                    EventId.PAGE_SPLIT,
                    EventId.PAGE_MERGED,
                    EventId.ENTRY_MARKED -> entry(id);
            case EventId.TLB_FILLED -> filled();
            case EventId.WALK_CACHE_FILLED ->
                show(2) + " -> table " + tableOf(values[3]) + "  walk-cache[" + show(0) + "] way " + show(1);
            case EventId.TLB_INVALIDATED -> show(1) + " by " + show(0) + ", " + dropped(2);
            case EventId.TLB_FLUSHED -> "by " + show(0) + ", " + dropped(1);
            case EventId.CHANGED_ENTRY_USED ->
                show(3) + " " + show(4) + " cpl " + show(5) + " ip " + show(6) + "  " + show(0) + "[" + show(1)
                        + "] way " + show(2);
            case EventId.PAGE_FAULTED -> fault() + ", " + plural(values[6], "ref");
            case EventId.DOUBLE_FAULTED, EventId.TRIPLE_FAULTED -> fault();
            case EventId.PAGE_FAULT_RESOLVED -> show(0) + " by " + show(1);
            case EventId.INTERRUPT_TAKEN ->
                "vector " + show(0) + "  ip " + show(1) + " sp " + show(2) + " cpl " + show(3) + " ac " + show(4);
            case EventId.INTERRUPT_RETURNED -> "to ip " + show(0) + " cpl " + show(1) + " ac " + show(2);
            case EventId.PROCESSOR_HALTED -> "for " + plural(values[0], "cycle");
            case EventId.FRAMES_ALLOCATED, EventId.FRAMES_FREED, EventId.FRAMES_LOCKED -> frames();
            case EventId.FRAME_SHARED, EventId.FRAME_UNSHARED -> show(0) + ", now " + plural(values[1], "user");
            case EventId.FRAME_CLEARED -> show(0);
            case EventId.FRAME_COPIED -> show(0) + " -> " + show(1);
            case EventId.PROCESS_CREATED ->
                "pid " + show(0) + " of parent " + show(1) + " " + show(3) + ", directory " + show(2);
            case EventId.USER_SEGMENT_LOADED ->
                "pid " + show(0) + " " + range(values[1], values[3]) + " " + show(4) + ", " + ByteSize.text(values[2])
                        + " from the file";
            case EventId.PROGRAM_BREAK_MOVED -> "pid " + show(0) + " " + show(1) + " -> " + show(2);
            case EventId.LIBRARY_MAPPED ->
                "pid " + show(0) + " " + range(values[1], values[2]) + " " + show(3) + " " + show(4);
            case EventId.PROCESS_EXITED -> "pid " + show(0) + " with status " + show(1);
            case EventId.ACCESSES_COUNTED -> accesses();
            case EventId.ACCESSED ->
                show(0) + " " + show(1) + " of " + ByteSize.text(values[2]) + " cpl " + show(3) + " ip " + show(4);
            default -> pairs(count);
        };
    }

    /** A field's value alone. */
    private String show(int i) {
        EventField field = type.fields().get(i);
        long value = fields[i];
        if (!FieldRange.holds(field, value)) {
            return "?" + value;
        }
        return switch (field.kind()) {
            case LINEAR, PHYSICAL, ENTRY, VALUE -> Hex.text(value);
            case PAGE, FRAME -> Hex.text(entries.address(value));
            case ERROR_CODE -> PageFaultCode.text((int) value);
            case COUNT, INDEX, LEVEL, PRIVILEGE, PID -> Long.toString(value);
            case BYTES -> ByteSize.text(value);
            case OPTIONAL_INDEX -> value < 0 ? "none" : Long.toString(value);
            case FLAG -> value != 0 ? "yes" : "no";
            case RIGHTS -> Rights.text((int) value);
            case SYMBOL -> symbols.text(value);
            case CODE -> field.codes().get((int) value);
        };
    }

    private String pairs(int count) {
        List<EventField> described = type.fields();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : "  ")
                    .append(described.get(i).name())
                    .append(' ')
                    .append(show(i));
        }
        return text.toString();
    }

    /** The directory stands in a line only where it is another than in the entry's line before. */
    private String entry(int id) {
        StringBuilder text = new StringBuilder(show(4))
                .append(' ')
                .append(entries.change(id, fields[2], fields[3], (int) fields[5]))
                .append("  in ")
                .append(show(0))
                .append('[')
                .append(show(1))
                .append(']');
        if (fields[6] != lastDirectory && fields[6] != fields[0]) {
            text.append(" of ").append(show(6));
        }
        lastDirectory = fields[6];
        return fields[7] == 0
                ? text.toString()
                : text.append(", ").append(show(7)).toString();
    }

    private String filled() {
        StringBuilder text = new StringBuilder(show(4))
                .append(" -> ")
                .append(entries.filled(fields[4], fields[5], fields[6]))
                .append(' ')
                .append(show(7))
                .append(fields[8] != 0 ? " D" : " -")
                .append(fields[9] != 0 ? "G  " : "-  ")
                .append(show(0))
                .append('[')
                .append(show(1))
                .append("] way ")
                .append(show(2));
        if (fields[3] >= 0) {
            text.append('/').append(show(3));
        }
        return text.append(", ")
                .append(show(10))
                .append(", ")
                .append(plural(fields[11], "ref"))
                .toString();
    }

    private String tableOf(long entry) {
        return Hex.text(entries.address(mode.frame(entry, 2, 0))) + " " + entries.rights(entry);
    }

    private String dropped(int i) {
        return show(i) + " dropped, " + show(i + 1) + " kept, "
                + plural(fields[i + 2], "directory entry", "directory entries") + " dropped";
    }

    private String fault() {
        return show(0) + " " + show(1) + " cpl " + show(4) + " ip " + show(2) + " sp " + show(3)
                + (fields[5] != 0 ? " AC" : "");
    }

    private String frames() {
        return range(entries.address(fields[0]), entries.address(fields[1])) + " " + plural(fields[1], "frame") + ", "
                + show(2);
    }

    private String accesses() {
        return show(0) + " r, " + show(1) + " w, " + show(2) + " x: " + show(3) + " unpaged, " + show(4) + " hits, "
                + show(5) + " second-level, " + show(6) + " walks";
    }

    /** First and last address of a range. */
    private static String range(long first, long bytes) {
        return bytes == 0 ? Hex.text(first) + " (empty)" : Hex.text(first) + "-" + Hex.text(first + bytes - 1);
    }

    private static String plural(long count, String noun) {
        return plural(count, noun, noun + "s");
    }

    private static String plural(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }

    private static String quoted(String text) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
