package org.pagetrail.traces.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.core.io.ReferenceOwner;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * A Chronicle Queue as an append-only file of byte documents.
 *
 * <p>Its clock stands still, so that it never rolls to another file and the same documents make the same bytes. Each stretch
 * of the file is written for real before it is mapped: a full disk is then an {@link IOException} here, where a mapping would
 * end in a signal and leave a document that reads as whole.
 */
final class QueueStore implements Closeable {
    static final String DATA_SUFFIX = ".cq4";
    static final String TABLE_SUFFIX = ".cq4t";

    /** A file that is there only while it is found out whether the disk has room. */
    static final String PROBE = "room.probe";

    /** What the file grows and is mapped by. */
    private static final int BLOCK_BYTES = 1 << 16;

    /** A file of so many bytes is mapped anew by larger steps: each takes as long as to write some dozens of documents. */
    private static final long LONG_FILE = 1L << 20;

    private static final int LARGE_STEP_BLOCKS = 16;

    /** A longer document needs larger steps: four times its length. */
    private static final int LONGEST_IN_BLOCKS = 60_000;

    /** What is reserved at a time, at least: a page. */
    private static final int PAGE_BYTES = 1 << 12;

    /**
     * A long file is reserved up to a multiple of this: the operating system then keeps many pages as one, and takes a third of the time
     * for each, to reserve it as well as to map it.
     */
    private static final int RESERVED_STEP = 1 << 17;

    /** The same by who waits: most of that, and so little that nobody waits long for the one who does it. */
    private static final int PREPARED_STEP = 1 << 15;

    private static final byte[] ZEROS = new byte[RESERVED_STEP];

    /** So many bytes after the last document are prepared at least, some blocks of events. */
    private static final int PREPARED_BYTES = 1 << 17;

    /** What is touched at a time: so little that nobody waits long for the one who does it. */
    private static final int TOUCHED_STEP = 8 * PAGE_BYTES;

    private static final ReferenceOwner PREPARING = ReferenceOwner.temporary("preparing");

    static {
        // Nothing that the queue brings with it may reach for the network, print, or watch the disk in the background.
        System.setProperty("chronicle.analytics.disable", "true");
        System.setProperty("chronicle.announcer.disable", "true");
        System.setProperty("chronicle.disk.monitor.disable", "true");
        System.setProperty("disable.discard.warning", "true");
        // It is used by one thread at a time, but not by the same.
        System.setProperty("disable.single.threaded.check", "true");
        System.setProperty("slf4j.internal.verbosity", "ERROR");
    }

    private final Path directory;
    private final int longest;
    private SingleChronicleQueue queue;
    private ExcerptAppender appender;
    private boolean largeSteps;
    private volatile long written;
    private volatile long reserved;

    /** What the last document was written to, from when on there are large steps. */
    private volatile BytesStore<?, ?> mapped;

    /** Whoever reserves or touches has it. */
    private final Lock preparing = new ReentrantLock();

    private boolean closed;

    /** What is touched, which is kept mapped as long; and up to where it was. */
    private BytesStore<?, ?> touching;

    private long touched;

    /** The data file, once something was appended after the first document. */
    private FileChannel data;

    private boolean directoryForced;

    private QueueStore(Path directory, int longest) {
        this.directory = directory;
        this.longest = longest;
        open();
    }

    private void open() {
        int blocks = longest <= LONGEST_IN_BLOCKS ? 1 : 4 * longest / BLOCK_BYTES + 4;
        queue = SingleChronicleQueueBuilder.binary(directory)
                .rollCycle(RollCycles.FAST_DAILY)
                .blockSize(Math.max(blocks, largeSteps ? LARGE_STEP_BLOCKS : 1) * BLOCK_BYTES)
                .timeProvider(() -> 0L)
                .build();
        appender = queue.createAppender();
    }

    private void takeLargeSteps() {
        largeSteps = true;
        closeQueue();
        open();
    }

    private void closeQueue() {
        appender.close();
        queue.close();
    }

    /**
     * Makes a queue in a directory that has none.
     *
     * @param longest the length of the longest document that is to be appended; those of less than 60,000 bytes are taken anyway
     */
    static QueueStore create(Path directory, int longest) throws IOException {
        probeSpace(directory);
        return new QueueStore(directory, longest);
    }

    private static void probeSpace(Path directory) throws IOException {
        Path probe = directory.resolve(PROBE);
        try (FileChannel file = FileChannel.open(probe, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            writeZeros(file, 0, 4L * BLOCK_BYTES);
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    /** The data file of a queue's directory, or null when there is none. */
    static Path dataFile(Path directory) throws IOException {
        Path found = null;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + DATA_SUFFIX)) {
            for (Path file : files) {
                if (found != null) {
                    return null;
                }
                found = file;
            }
        }
        return found;
    }

    /** Appends a document. */
    void append(byte[] bytes, int length) throws IOException {
        if (written != 0) {
            reserve(written + length);
        }
        if (!largeSteps && written >= LONG_FILE) {
            takeLargeSteps();
        }
        long end;
        try (DocumentContext document = appender.writingDocument()) {
            Bytes<?> to = document.wire().bytes();
            to.write(bytes, 0, length);
            end = to.writePosition();
            if (largeSteps) {
                mapped = to.bytesStore();
            }
        }
        written = end;
    }

    private void reserve(long upTo) throws IOException {
        // One page more than the document: its length stands before it, and after it the place of the next one's.
        long needed = (upTo / PAGE_BYTES + 2) * PAGE_BYTES;
        if (needed <= reserved) {
            return;
        }
        preparing.lock();
        try {
            // How much was prepared is a matter of who waited when; how long the file is must not be. What is mapped is
            // within it anyway.
            reserveTo(Math.max(needed, Math.min(stepEnd(needed, RESERVED_STEP), mappedEnd())));
        } finally {
            preparing.unlock();
        }
    }

    private static long stepEnd(long at, int step) {
        return at + step - 1 & -step;
    }

    private void reserveTo(long to) throws IOException {
        // What lies beyond the last document is still zero: writing zeros there changes nothing but that the disk has
        // it.
        long from = Math.max(written + Integer.BYTES - 1 & -Integer.BYTES, reserved);
        writeZeros(data(), from, to);
        reserved = Math.max(reserved, to);
    }

    private static void writeZeros(FileChannel file, long from, long to) throws IOException {
        for (long at = from; at < to; ) {
            at += file.write(ByteBuffer.wrap(ZEROS, 0, (int) Math.min(ZEROS.length, to - at)), at);
        }
    }

    /** Where the pages end that the last document's mapping has. */
    private long mappedEnd() {
        BytesStore<?, ?> to = mapped;
        return to == null ? 0 : to.capacity() & -PAGE_BYTES;
    }

    /**
     * Has the disk reserve, and the operating system map, a few of the pages that the next documents will be written to, which takes several times
     * as long as to write them. Any thread may, beside the one that appends.
     *
     * @return whether there was something to do, which takes some microseconds
     */
    boolean prepare() {
        if (mapped == null || !preparing.tryLock()) {
            return false;
        }
        try {
            return !closed && (reserveMore() || touchMore());
        } catch (IOException | RuntimeException | InternalError e) {
            // Whoever appends comes to the same, and tells.
            return false;
        } finally {
            preparing.unlock();
        }
    }

    private boolean reserveMore() throws IOException {
        long to = Math.min(stepEnd(reserved + 1, PREPARED_STEP), mappedEnd());
        if (to <= reserved || reserved >= written + PREPARED_BYTES) {
            return false;
        }
        reserveTo(to);
        return true;
    }

    /** Has pages mapped that are reserved, by a write that changes nothing. */
    private boolean touchMore() {
        BytesStore<?, ?> pages = mapped;
        if (pages != touching) {
            leaveTouching();
            if (!pages.tryReserve(PREPARING)) {
                return false;
            }
            touching = pages;
        }
        long from = Math.max(touched, written + PAGE_BYTES & -PAGE_BYTES);
        long to = Math.min(from + TOUCHED_STEP, Math.min(reserved, mappedEnd()));
        for (long at = from; at < to; at += PAGE_BYTES) {
            pages.compareAndSwapInt(at, 0, 0);
        }
        touched = Math.max(touched, to);
        return from < to;
    }

    private void leaveTouching() {
        if (touching != null) {
            touching.release(PREPARING);
            touching = null;
        }
        touched = 0;
    }

    private FileChannel data() throws IOException {
        if (data == null) {
            Path file = dataFile(directory);
            if (file == null) {
                throw new IOException("its data file is gone");
            }
            data = FileChannel.open(file, StandardOpenOption.WRITE);
        }
        return data;
    }

    /** Forces what was appended to the disk, with what was reserved. What was written through the mapping counts as written. */
    void force() throws IOException {
        FileChannel file = data();
        if (!directoryForced) {
            JournalFiles.force(directory);
            directoryForced = true;
        }
        file.force(false);
    }

    @Override
    public void close() throws IOException {
        preparing.lock();
        try {
            closed = true;
            leaveTouching();
        } finally {
            preparing.unlock();
        }
        if (data != null) {
            data.close();
        }
        closeQueue();
    }
}
