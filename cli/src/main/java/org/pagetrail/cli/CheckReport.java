package org.pagetrail.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceEnding;
import org.pagetrail.traces.journal.JournalCheck;
import org.pagetrail.traces.journal.JournalCheck.Damage;
import org.pagetrail.traces.journal.JournalCheck.Stretch;

/** What {@code info --check} shows of a journal: that it is whole, or what is damaged and what is left. */
final class CheckReport {
    /** More rows than these are only counted, for people. */
    private static final int MOST = 40;

    private CheckReport() {}

    static void text(Output out, Path trace, JournalCheck check) {
        out.line(trace + ": " + verdict(check));
        out.line(String.format(
                Locale.ROOT,
                "  %,d whole %s, %s",
                check.blocks(),
                check.blocks() == 1 ? "block" : "blocks",
                closing(check.closing())));
        if (check.header() == null) {
            out.line("  the header is damaged or missing: nothing can be read without it");
        }
        rows(out, "damaged", check.damage().stream().map(CheckReport::line).toList());
        if (check.ending() != TraceEnding.COMPLETE) {
            rows(
                    out,
                    "readable",
                    check.readable().stream().map(CheckReport::line).toList());
        }
        if (check.header() != null && check.provable() > 0 && repairable(check.ending())) {
            out.line(String.format(
                    Locale.ROOT, "%npagetrail repair %s -o NEW keeps the first %,d events", trace, check.provable()));
        }
    }

    private static boolean repairable(TraceEnding ending) {
        return ending == TraceEnding.DAMAGED || ending == TraceEnding.INCOMPLETE;
    }

    private static String verdict(JournalCheck check) {
        String size = String.format(Locale.ROOT, "%,d events, %,d bytes", check.events(), check.bytes());
        return switch (check.ending()) {
            case COMPLETE ->
                "whole: " + size + "; every checksum, ordinal, tick and count agrees with the closing record";
            case TRUNCATED, OPEN, INCOMPLETE ->
                check.ending().word() + ", and undamaged as far as it goes: " + size + "; "
                        + check.ending().reason();
            case DAMAGED -> "damaged: " + size + " readable of it";
        };
    }

    private static String closing(TraceClosing closing) {
        return closing == null
                ? "no closing record"
                : String.format(
                        Locale.ROOT,
                        "a closing record that counts %,d events to tick %,d",
                        closing.events(),
                        closing.lastTick());
    }

    private static void rows(Output out, String title, List<String> rows) {
        if (rows.isEmpty()) {
            return;
        }
        out.line("");
        out.line(title);
        rows.stream().limit(MOST).forEach(row -> out.line("  " + row));
        if (rows.size() > MOST) {
            out.line("  and " + (rows.size() - MOST) + " more; --format json has all");
        }
    }

    private static String line(Damage damage) {
        StringBuilder line = new StringBuilder();
        if (damage.block() != JournalCheck.UNKNOWN) {
            line.append("block ").append(damage.block()).append(", ");
        }
        line.append(
                damage.lastByte() < damage.firstByte()
                        ? String.format(Locale.ROOT, "at byte %,d", damage.firstByte())
                        : String.format(Locale.ROOT, "bytes %,d-%,d", damage.firstByte(), damage.lastByte()));
        if (damage.firstOrdinal() != JournalCheck.UNKNOWN) {
            line.append(
                    damage.lastOrdinal() == JournalCheck.UNKNOWN
                            ? String.format(Locale.ROOT, ", events from %,d on", damage.firstOrdinal())
                            : String.format(
                                    Locale.ROOT, ", events %,d-%,d", damage.firstOrdinal(), damage.lastOrdinal()));
        }
        return line.append(": ").append(damage.what()).toString();
    }

    private static String line(Stretch stretch) {
        return String.format(
                Locale.ROOT,
                "events %,d-%,d, in %,d %s",
                stretch.firstOrdinal(),
                stretch.lastOrdinal(),
                stretch.blocks(),
                stretch.blocks() == 1 ? "block" : "blocks");
    }

    static ObjectNode json(JournalCheck check) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("whole", check.whole());
        json.put("ending", check.ending().word());
        json.put("events", check.events());
        json.put("blocks", check.blocks());
        json.put("bytes", check.bytes());
        json.put("header", check.header() != null);
        if (check.closing() == null) {
            json.putNull("closing");
        } else {
            json.putObject("closing")
                    .put("events", check.closing().events())
                    .put("lastTick", check.closing().lastTick())
                    .put("digest", check.closing().digest())
                    .put("truncated", check.closing().truncated());
        }
        ArrayNode damages = json.putArray("damage");
        for (Damage damage : check.damage()) {
            damages.addObject()
                    .put("what", damage.what())
                    .put("block", known(damage.block()))
                    .put("firstByte", damage.firstByte())
                    .put("lastByte", damage.lastByte() < damage.firstByte() ? null : Long.valueOf(damage.lastByte()))
                    .put("firstOrdinal", known(damage.firstOrdinal()))
                    .put("lastOrdinal", known(damage.lastOrdinal()));
        }
        ArrayNode readable = json.putArray("readable");
        for (Stretch stretch : check.readable()) {
            readable.addObject()
                    .put("firstOrdinal", stretch.firstOrdinal())
                    .put("lastOrdinal", stretch.lastOrdinal())
                    .put("blocks", stretch.blocks());
        }
        json.put("provable", check.provable());
        return json;
    }

    private static Long known(long value) {
        return value == JournalCheck.UNKNOWN ? null : Long.valueOf(value);
    }
}
