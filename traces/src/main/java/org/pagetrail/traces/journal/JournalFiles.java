package org.pagetrail.traces.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceOutputException;
import org.pagetrail.traces.event.TraceOutputException.Reason;

/**
 * The directory of a journal while it is written: who may write it, and how a new one takes an old one's place.
 *
 * <p>The lock is the operating system's, on a file of the directory: a writer that is killed loses it. Only the file's removal
 * needs the writer to end properly.
 */
final class JournalFiles implements Closeable {
    static final String LOCK = "recording.lock";
    private static final String NEW_SUFFIX = ".new";
    private static final String OLD_SUFFIX = ".old";

    /** How often, and after how many milliseconds, a lock is asked for again that a reader may be asking about. */
    private static final int TRIES = 20;

    private static final int BETWEEN_TRIES = 5;

    /**
     * The directories that this process writes. The operating system would not tell it of its own locks, and would drop them all
     * when it closes any file of theirs.
     */
    private static final Set<Path> WRITTEN = ConcurrentHashMap.newKeySet();

    /** Where the journal is to be in the end. */
    private final Path target;

    /** Where it is written: the target, or beside it while an old journal is there. */
    private final Path directory;

    private final FileChannel channel;
    private final FileLock lock;
    private final Path real;

    private JournalFiles(Path target, Path directory, FileChannel channel, FileLock lock) throws IOException {
        this.target = target;
        this.directory = directory;
        this.channel = channel;
        this.lock = lock;
        real = directory.toRealPath();
        WRITTEN.add(real);
    }

    /** Whether somebody is recording into a journal at this moment. */
    static boolean isWritten(Path directory) {
        Path lockFile = directory.resolve(LOCK);
        if (!Files.exists(lockFile)) {
            return false;
        }
        try {
            if (WRITTEN.contains(directory.toRealPath())) {
                return true;
            }
            // Shared, since a reader may have no right to write.
            try (FileChannel asked = FileChannel.open(lockFile, StandardOpenOption.READ);
                    FileLock shared = asked.tryLock(0, Long.MAX_VALUE, true)) {
                return shared == null;
            }
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (IOException e) {
            // It was removed in between, or nobody here can lock: nothing says that somebody records.
            return false;
        }
    }

    /** Forces a directory's list of files to the disk, where the operating system can do that. */
    static void force(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Not every system opens directories; those that do not keep them in order themselves.
        }
    }

    Path directory() {
        return directory;
    }

    /**
     * Makes the directory and locks it.
     *
     * @param replace whether a journal that is there already may be replaced once the new one is finished
     */
    static JournalFiles create(Path target, boolean replace) {
        Path beside = sibling(target, NEW_SUFFIX);
        try {
            boolean there = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
            if (!there) {
                Files.createDirectory(target);
                return locked(target, target);
            }
            if (!replace) {
                throw new TraceOutputException(
                        Reason.EXISTS, target + " exists; choose another output with -o, or replace it with --force");
            }
            refuseUnlessJournal(target);
            if (Files.exists(beside, LinkOption.NOFOLLOW_LINKS)) {
                refuseUnlessJournal(beside);
                refuseIfComplete(beside);
                delete(beside);
            }
            Files.createDirectory(beside);
            return locked(target, beside);
        } catch (IOException e) {
            throw failed(target, e);
        }
    }

    private static Path sibling(Path path, String suffix) {
        return path.resolveSibling(path.getFileName() + suffix);
    }

    static TraceOutputException failed(Path path, Throwable e) {
        String why = e instanceof NoSuchFileException
                ? "its parent directory does not exist"
                : e instanceof AccessDeniedException
                        ? "permission denied"
                        : e instanceof InternalError
                                ? "the store failed, most likely because the disk is full"
                                : message(e);
        return new TraceOutputException(
                Reason.STORE, path + " cannot be written: " + why + "; choose another output with -o", e);
    }

    private static String message(Throwable e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static JournalFiles locked(Path target, Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = tryLock(channel);
        for (int i = 0; lock == null && i < TRIES; i++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(BETWEEN_TRIES));
            lock = tryLock(channel);
        }
        if (lock == null) {
            channel.close();
            throw recordedInto(directory);
        }
        return new JournalFiles(target, directory, channel, lock);
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static TraceOutputException recordedInto(Path directory) {
        return new TraceOutputException(
                Reason.EXISTS, directory + " is being recorded into by another process; choose another output with -o");
    }

    /** Refuses to touch what no recording made, or what one is making. */
    private static void refuseUnlessJournal(Path path) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
            for (Path file : files) {
                if (!isOfJournal(file)) {
                    throw new TraceOutputException(
                            Reason.EXISTS,
                            path + " is no journal (it has " + file.getFileName()
                                    + "), so --force leaves it alone; choose another output with -o");
                }
            }
        } catch (NotDirectoryException e) {
            throw new TraceOutputException(
                    Reason.EXISTS,
                    path + " is no journal, so --force leaves it alone; choose another output with -o",
                    e);
        }
        if (isWritten(path)) {
            throw recordedInto(path);
        }
    }

    private static boolean isOfJournal(Path file) {
        String name = file.getFileName().toString();
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && (name.endsWith(QueueStore.DATA_SUFFIX)
                        || name.endsWith(QueueStore.TABLE_SUFFIX)
                        || name.equals(LOCK)
                        || name.equals(QueueStore.PROBE));
    }

    /** A finished recording beside the target is somebody's: it was left there by an interruption. */
    private static void refuseIfComplete(Path beside) {
        boolean complete;
        try (JournalReader reader = JournalReader.open(beside)) {
            complete = reader.complete();
        } catch (TraceException e) {
            complete = false;
        }
        if (complete) {
            throw new TraceOutputException(
                    Reason.EXISTS, beside + " holds an interrupted recording; move or remove it first");
        }
    }

    /**
     * Gives up the lock and takes the old journal's place, if there is one.
     *
     * @param forced whether that has to be on the disk before this returns
     */
    Path finish(boolean takePlace, boolean forced) {
        try {
            close();
            if (forced) {
                force(directory);
            }
            if (directory.equals(target) || !takePlace) {
                return directory;
            }
            Path old = sibling(target, OLD_SUFFIX);
            if (Files.exists(old, LinkOption.NOFOLLOW_LINKS)) {
                refuseUnlessJournal(old);
                delete(old);
            }
            Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
            Files.move(directory, target, StandardCopyOption.ATOMIC_MOVE);
            if (forced) {
                force(target.toAbsolutePath().getParent());
            }
            delete(old);
            return target;
        } catch (FileAlreadyExistsException e) {
            throw new TraceOutputException(
                    Reason.EXISTS, target + " came to be while this was recorded, which is in " + directory, e);
        } catch (IOException e) {
            throw failed(target, e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    /** Gives up the directory, in which nothing was recorded yet. */
    void discard() {
        try {
            close();
            delete(directory);
        } catch (IOException e) {
            // What is left is empty, and the failure that led here is told.
        }
    }

    /** Gives up the lock. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            // Removed while held, so that nobody locks a file that is about to go.
            Files.deleteIfExists(directory.resolve(LOCK));
            lock.release();
            channel.close();
            WRITTEN.remove(real);
        }
    }
}
