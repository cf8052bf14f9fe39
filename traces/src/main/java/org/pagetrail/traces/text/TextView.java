package org.pagetrail.traces.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventField;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.EventType;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.PageFaultCode;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/**
 * Writes events as lines for people: ordinal, tick, name, and what happened in as few words as it needs.
 *
 * <p>A paging entry is written as where it leads and what it allows: {@code 0x00400000 rw-- A D G}.
 */
public final class TextView extends FlatEvents {
    private final Appendable out;
    private final PagingMode mode;
    private final LongSupplier ordinals;
    private final SymbolTable symbols;
    private final StringBuilder line = new StringBuilder();

    /**
     * Writes to {@code out}; an {@link IOException} of it is thrown as {@link UncheckedIOException}.
     *
     * @param mode the trace's paging mode
     * @param ordinals the ordinal of the event that is being told
     * @param symbols the texts that the trace has named
     */
    public TextView(Appendable out, PagingMode mode, LongSupplier ordinals, SymbolTable symbols) {
        this.out = out;
        this.mode = mode;
        this.ordinals = ordinals;
        this.symbols = symbols;
    }

    /** The columns' names. */
    public void heading() {
        write(String.format(Locale.ROOT, "%8s %10s  %-24s %s%n", "ordinal", "tick", "event", "what")
                .replace("\r", ""));
    }

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        EventType type = EventCatalog.get().byId(id);
        if (text != null) {
            symbols.define(fields[0], text);
        }
        line.setLength(0);
        line.append(String.format(Locale.ROOT, "%8d %10d  %-24s ", ordinals.getAsLong(), tick, type.name()));
        if (id >= EventId.PAGE_MAPPED && id <= EventId.ENTRY_MARKED) {
            entry(fields);
        } else if (id == EventId.TLB_FILLED) {
            fill(type, fields);
        } else {
            generic(type, fields, count, text);
        }
        int end = line.length();
        while (end > 0 && line.charAt(end - 1) == ' ') {
            end--;
        }
        line.setLength(end);
        write(line.append('\n'));
    }

    private void write(CharSequence text) {
        try {
            out.append(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** table, slot, was, now, linear, level, directory, cause. */
    private void entry(long[] fields) {
        int level = (int) fields[5];
        EntryCause cause = EntryCause.values()[(int) fields[7]];
        line.append(JsonLinesWriter.hex(fields[4]))
                .append(level == 1 ? " PTE " : " PDE ")
                .append(String.format(Locale.ROOT, "%4d  ", fields[1]));
        describe(fields[2], level);
        line.append(" -> ");
        describe(fields[3], level);
        if (cause != EntryCause.STORE) {
            line.append("  (").append(EventCatalog.code(cause)).append(')');
        }
    }

    /** Where an entry leads and what it allows. PS of a directory entry is taken at its word: CR4 is not at hand here. */
    private void describe(long entry, int level) {
        long pse = mode.kindBits();
        EntryKind kind = mode.kind(entry, level, pse);
        if (kind == EntryKind.ABSENT) {
            line.append("absent");
            return;
        }
        line.append(kind == EntryKind.TABLE ? "table " : level == 1 ? "" : "4 MB ");
        line.append(JsonLinesWriter.hex(mode.frame(entry, level, pse) << mode.shift(1)))
                .append(' ');
        line.append('r').append(mode.writable(entry) ? 'w' : '-').append('x').append(mode.user(entry) ? 'u' : '-');
        flag(mode.accessed(entry), " A");
        flag(mode.dirty(entry), " D");
        flag(mode.global(entry), " G");
        flag((entry & Entries.WRITE_THROUGH) != 0, " PWT");
        flag((entry & Entries.CACHE_DISABLE) != 0, " PCD");
    }

    private void flag(boolean set, String name) {
        if (set) {
            line.append(name);
        }
    }

    /** tlb, set, way, secondLevelWay, page, pde, pte, rights, dirty, global, cause, walkReferences. */
    private void fill(EventType type, long[] fields) {
        boolean large = fields[6] == 0;
        line.append(JsonLinesWriter.hex(fields[4] << mode.shift(1))).append(large ? " 4 MB " : " ");
        line.append("-> ");
        long leaf = large ? fields[5] : fields[6];
        line.append(JsonLinesWriter.hex(mode.frame(leaf, large ? 2 : 1, mode.kindBits()) << mode.shift(1)));
        line.append(' ').append(Rights.text((int) fields[7]));
        flag(fields[8] != 0, " D");
        flag(fields[9] != 0, " G");
        line.append("  ").append(type.fields().get(0).codes().get((int) fields[0]));
        line.append(" set ").append(fields[1]).append(" way ").append(fields[2]);
        if (fields[3] >= 0) {
            line.append(", second level way ").append(fields[3]);
        }
        line.append("  (").append(type.fields().get(10).codes().get((int) fields[10]));
        if (fields[11] > 0) {
            line.append(", ").append(fields[11]).append(" refs");
        }
        line.append(')');
    }

    private void generic(EventType type, long[] fields, int count, String text) {
        List<EventField> described = type.fields();
        for (int i = 0; i < count; i++) {
            EventField field = described.get(i);
            if (!field.name().equals("symbol")) {
                line.append(words(field.name())).append(' ');
            }
            value(field, fields[i]);
            line.append("  ");
        }
        if (text != null) {
            line.append(text);
        }
    }

    /** {@code walkReferences} is {@code walk references}. */
    private static String words(String camel) {
        StringBuilder words = new StringBuilder();
        for (char c : camel.toCharArray()) {
            if (Character.isUpperCase(c)) {
                words.append(' ');
            }
            words.append(Character.toLowerCase(c));
        }
        return words.toString();
    }

    private void value(EventField field, long value) {
        switch (field.kind()) {
            case LINEAR, PHYSICAL, ENTRY, VALUE -> line.append(JsonLinesWriter.hex(value));
            case ERROR_CODE -> line.append(PageFaultCode.text((int) value));
            case PAGE, FRAME -> line.append(JsonLinesWriter.hex(value << mode.shift(1)));
            case COUNT, BYTES, INDEX, LEVEL, PRIVILEGE, PID -> line.append(value);
            case OPTIONAL_INDEX -> line.append(value < 0 ? "none" : Long.toString(value));
            case FLAG -> line.append(value != 0 ? "yes" : "no");
            case RIGHTS -> line.append(Rights.text((int) value));
            case SYMBOL -> line.append(symbols.text(value));
            case CODE -> line.append(field.codes().get((int) value));
        }
    }
}
