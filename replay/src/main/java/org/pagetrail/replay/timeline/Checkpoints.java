package org.pagetrail.replay.timeline;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.replay.state.StateBytes;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceReader;

/**
 * States of one trace that were kept in a cache, so that a later seek need not fold all events before.
 *
 * <pre>
 *   a file of the cache, DIRECTORY/IDENTITY/EVENTS.state, little-endian:
 *    0  "PTST"                           4 bytes
 *    4  CRC32C of the rest               4 bytes
 *    8  SHA-256 that is the identity    32 bytes
 *   40  number of events folded          8 bytes
 *   48  the state, as {@link StateBytes}
 * </pre>
 *
 * <p>The identity is a digest of all that a state depends on: the trace's header and closing record, the vocabulary, and the version
 * of the fold. So what was kept of another trace or by another release is not found, and what is found under a wrong name, cut or
 * changed, is not believed: it is as if it were not there. A trace without a closing record has no identity, and one of less than
 * {@value #FEWEST} events needs none; nothing is kept of either.
 *
 * <p>Nothing here fails for the sake of the cache: what cannot be read or written is left.
 */
public final class Checkpoints {
    /** How many events are between one kept state and the next. */
    public static final int DISTANCE = 1 << 18;

    /** Nothing is kept of a trace with fewer events. */
    public static final int FEWEST = 16 * DISTANCE;

    /** Of how many traces states are kept; the one used longest ago goes first. */
    static final int TRACES = 16;

    private static final int MAGIC = 0x5453_5450;
    private static final int CRC_AT = 4;
    private static final int CHECKED_FROM = 8;
    private static final int EVENTS_AT = 40;
    private static final int STATE_AT = 48;
    private static final int LONGEST_FILE = 1 << 28;
    private static final String SUFFIX = ".state";

    private final TraceHeader header;
    private final byte[] identity;
    private final Path directory;
    private final int distance;
    private boolean writable = true;

    private Checkpoints(TraceHeader header, byte[] identity, Path directory, int distance) {
        this.header = header;
        this.identity = identity;
        this.directory = directory;
        this.distance = distance;
    }

    /** None, and none will be kept. */
    public static Checkpoints none() {
        return new Checkpoints(null, null, null, DISTANCE);
    }

    /**
     * Those of a trace.
     *
     * @param cache the directory that holds those of all traces; made when something is kept
     * @param trace of which no event was read yet
     */
    public static Checkpoints of(Path cache, TraceReader trace) {
        return of(cache, trace, DISTANCE, FEWEST);
    }

    /** The same with other numbers, for tests. */
    static Checkpoints of(Path cache, TraceReader trace, int distance, long fewest) {
        TraceClosing closing;
        try {
            closing = trace.closing();
        } catch (TraceException e) {
            return none();
        }
        if (closing == null || closing.events() < fewest) {
            return none();
        }
        byte[] identity = identity(trace.header(), closing);
        String name = HexFormat.of().formatHex(identity, 0, identity.length / 2);
        return new Checkpoints(trace.header(), identity, cache.resolve(name), distance);
    }

    private static byte[] identity(TraceHeader header, TraceClosing closing) {
        MessageDigest sha256;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        for (Object part : List.of(
                StateBytes.VERSION,
                EventCatalog.DIGEST,
                header.toJson(),
                closing.events(),
                closing.lastTick(),
                closing.digest())) {
            sha256.update((part + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return sha256.digest();
    }

    /** Where a state is to be kept next, as the number of events folded, when so many have been. */
    long next(long events) {
        return directory == null ? Long.MAX_VALUE : (events / distance + 1) * distance;
    }

    /** The last place up to a number of events where a state is kept, 0 when there is none. */
    long last(long events) {
        return directory == null ? 0 : events / distance * distance;
    }

    /** The state after as many events as possible up to so many, null when none is kept. */
    MachineState nearest(long events) {
        if (directory == null) {
            return null;
        }
        for (Path file : files(last(events))) {
            MachineState state = read(file);
            if (state != null) {
                touch();
                return state;
            }
        }
        return null;
    }

    /** The files of states after at most so many events, the latest first. */
    private List<Path> files(long events) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            String most = name(events);
            for (Path file : all) {
                if (file.getFileName().toString().compareTo(most) <= 0) {
                    found.add(file);
                }
            }
        } catch (IOException e) {
            // Nothing was kept yet, or it cannot be read: both mean that there is none.
        }
        found.sort(Comparator.reverseOrder());
        return found;
    }

    private static String name(long events) {
        return String.format(Locale.ROOT, "%019d%s", events, SUFFIX);
    }

    private MachineState read(Path file) {
        try {
            if (Files.size(file) > LONGEST_FILE) {
                return null;
            }
            byte[] bytes = Files.readAllBytes(file);
            ByteBuffer head = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            boolean whole = bytes.length >= STATE_AT
                    && head.getInt(0) == MAGIC
                    && head.getInt(CRC_AT) == crc(bytes)
                    && Arrays.equals(bytes, CHECKED_FROM, EVENTS_AT, identity, 0, identity.length);
            if (!whole) {
                return null;
            }
            long events = head.getLong(EVENTS_AT);
            MachineState state = StateBytes.read(header, Arrays.copyOfRange(bytes, STATE_AT, bytes.length));
            boolean here =
                    state.events() == events && file.getFileName().toString().equals(name(events));
            return here ? state : null;
        } catch (IOException | IllegalArgumentException | TraceException e) {
            return null;
        }
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, CHECKED_FROM, bytes.length - CHECKED_FROM);
        return (int) crc.getValue();
    }

    /** Keeps a state, when one is to be kept after so many events. */
    void keep(MachineState state) {
        if (directory == null || !writable || state.events() == 0 || state.events() % distance != 0) {
            return;
        }
        byte[] payload = StateBytes.of(state);
        byte[] bytes = new byte[STATE_AT + payload.length];
        ByteBuffer head = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        head.putInt(0, MAGIC);
        head.put(CHECKED_FROM, identity);
        head.putLong(EVENTS_AT, state.events());
        head.put(STATE_AT, payload);
        head.putInt(CRC_AT, crc(bytes));
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory);
                forgetOthers();
            }
            // Complete or not there: whoever reads at the same time, or after a crash, sees no half of it.
            Path fresh = Files.createTempFile(directory, "", ".new");
            try {
                Files.write(fresh, bytes);
                Files.move(fresh, directory.resolve(name(state.events())), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException | UnsupportedOperationException | SecurityException e) {
            writable = false;
        }
    }

    private void touch() {
        try {
            Files.setLastModifiedTime(directory, FileTime.fromMillis(System.currentTimeMillis()));
        } catch (IOException e) {
            // A cache that is only read keeps its order.
        }
    }

    /** Removes what was kept of traces beyond {@link #TRACES}. */
    private void forgetOthers() throws IOException {
        List<Path> traces = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(
                directory.getParent(), path -> path.getFileName().toString().matches("[0-9a-f]{32}"))) {
            all.forEach(traces::add);
        }
        traces.sort(Comparator.comparing(path -> path.toFile().lastModified()));
        for (Path trace : traces.subList(0, Math.max(0, traces.size() - TRACES))) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(trace, "*.{state,new}")) {
                for (Path file : files) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(trace);
        }
    }
}
