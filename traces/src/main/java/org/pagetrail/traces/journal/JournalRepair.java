package org.pagetrail.traces.journal;

import java.io.IOException;
import java.nio.file.Path;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceEnding;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceOutputException;
import org.pagetrail.traces.event.TraceOutputException.Reason;
import org.pagetrail.traces.journal.DocumentScan.Found;
import org.pagetrail.traces.journal.JournalSurvey.Block;
import org.pagetrail.traces.journal.JournalSurvey.Surveyed;

/**
 * The copying of what is provably good of a journal into a new one.
 *
 * <p>That is the events from the first on up to the first that is missing, disputed or damaged: the blocks that hold them are copied as
 * they are, with their checksums. The copy is closed as truncated, but when the original's closing record proves that it has
 * all events. What lies beyond a gap stays in the original, which is only read.
 */
public final class JournalRepair {
    private JournalRepair() {}

    /**
     * What came of it.
     *
     * @param original what was found in the original
     * @param events how many the copy has
     * @param truncated whether it was closed as truncated
     */
    public record Repaired(JournalCheck original, long events, boolean truncated) {}

    /**
     * Makes the copy.
     *
     * @param from a journal's directory
     * @param to a directory that is not there yet
     * @throws TraceException when nothing of the journal is provably good, or it is being recorded
     * @throws TraceOutputException when something is at {@code to}, or it cannot be written
     */
    public static Repaired repair(Path from, Path to) {
        try (QueueFile file = JournalReader.dataOf(from)) {
            Surveyed surveyed = JournalSurvey.of(from, file);
            refuse(from, to, surveyed.check());
            return copy(from, file, surveyed, to);
        } catch (IOException e) {
            throw JournalReader.unreadable(from, e);
        }
    }

    private static void refuse(Path from, Path to, JournalCheck check) throws IOException {
        if (check.ending() == TraceEnding.OPEN) {
            throw new TraceException(from + " is being recorded; wait for its end, or stop the recorder first");
        }
        if (check.header() == null) {
            throw new TraceException(from + ": its header is damaged, and without it no event means anything;"
                    + " restore it from a copy, or record again");
        }
        if (check.provable() == 0 && !check.whole()) {
            throw new TraceException(from + ": "
                    + (check.events() == 0
                            ? "it has no whole block"
                            : "none of its events is provably what was recorded")
                    + "; restore it from a copy, or record again");
        }
        Path parent = to.toAbsolutePath().normalize().getParent();
        if (parent != null
                && parent.toFile().isDirectory()
                && parent.toRealPath().startsWith(from.toRealPath())) {
            throw new TraceOutputException(
                    Reason.EXISTS, to + " lies inside of " + from + ", which stays as it is; choose another with -o");
        }
    }

    private static Repaired copy(Path from, QueueFile file, Surveyed surveyed, Path to) throws IOException {
        JournalCheck check = surveyed.check();
        TraceClosing closing = check.closing();
        boolean all = closing != null && !closing.truncated() && check.provable() == closing.events();
        try (JournalWriter writer = JournalWriter.copy(to, document(file, surveyed.header()))) {
            for (Block block : surveyed.provable()) {
                byte[] document = new byte[block.length()];
                file.read(block.at() + QueueFile.WORD, document, document.length);
                writer.copy(document);
            }
            writer.finish(!all);
            return new Repaired(check, writer.events(), !all);
        } catch (BlockDecoder.Damaged e) {
            throw new TraceException(from + " changed while it was copied; " + to + " is incomplete", e);
        }
    }

    private static byte[] document(QueueFile file, Found found) throws IOException {
        byte[] document = new byte[found.length()];
        file.read(found.at() + QueueFile.WORD, document, document.length);
        return document;
    }
}
