package org.pagetrail.analyzer.rule;

import java.util.Arrays;
import org.pagetrail.replay.state.LongMap;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.plan.Region;

/**
 * The processes that live, and what of its address space each was given.
 *
 * <p>A process that another made is a copy of it, and has what that had. A segment that is loaded after the break was set is the
 * first of another program's image, which replaces the one before, its heap and its libraries.
 */
public final class Processes {
    /** A process, and the ranges in which its pages may lie. */
    public static final class UserProcess {
        private static final int FIRST_ROOM = 8;

        private final long pid;
        private long[] first = new long[FIRST_ROOM];
        private long[] end = new long[FIRST_ROOM];
        private int[] rights = new int[FIRST_ROOM];
        private int size;
        private long heapFirst = Region.OPEN;
        private long heapEnd = Region.OPEN;

        /** Whether its creation was told; until then only its address space was. */
        private boolean known;

        private UserProcess(long pid) {
            this.pid = pid;
        }

        /** Its number. */
        public long pid() {
            return pid;
        }

        /** The first address of its heap, {@link Region#OPEN} before its break was set. */
        long heapFirst() {
            return heapFirst;
        }

        private void takeAfter(UserProcess parent) {
            first = parent.first.clone();
            end = parent.end.clone();
            rights = parent.rights.clone();
            size = parent.size;
            heapFirst = parent.heapFirst;
            heapEnd = parent.heapEnd;
        }

        private void add(long linear, long bytes, int allowed) {
            if (size == first.length) {
                first = Arrays.copyOf(first, 2 * size);
                end = Arrays.copyOf(end, 2 * size);
                rights = Arrays.copyOf(rights, 2 * size);
            }
            first[size] = linear;
            end[size] = linear + bytes;
            rights[size++] = allowed;
        }

        private void moveBreak(long was, long now) {
            heapFirst = heapFirst == Region.OPEN ? was : heapFirst;
            heapEnd = now;
        }

        /** What all its ranges that touch these bytes allow together, as {@link Rights}; 0 when none does. */
        public int rights(long linear, long bytes) {
            int all = heapFirst < linear + bytes && linear < heapEnd ? Rights.READ | Rights.WRITE | Rights.USER : 0;
            for (int i = 0; i < size; i++) {
                if (first[i] < linear + bytes && linear < end[i]) {
                    all |= rights[i];
                }
            }
            return all;
        }
    }

    private final LongMap<UserProcess> byPid = new LongMap<>();
    private final LongMap<UserProcess> byDirectory = new LongMap<>();

    /** The living process whose address space has this directory; null when the kernel told of none. */
    public UserProcess of(long directory) {
        UserProcess process = byDirectory.get(directory);
        return process == null || !process.known ? null : process;
    }

    /** The living process of this number, or null. */
    public UserProcess process(long pid) {
        UserProcess process = byPid.get(pid);
        return process == null || !process.known ? null : process;
    }

    /** The frame of a directory that the process has and that was not retired, {@link Violation#NONE} when it has none. */
    public long directory(long pid) {
        for (long directory : byDirectory.sortedKeys()) {
            if (byDirectory.get(directory).pid == pid) {
                return directory;
            }
        }
        return Violation.NONE;
    }

    /** How many processes and address spaces are kept in mind. */
    int size() {
        return byPid.size() + byDirectory.size();
    }

    private UserProcess take(long pid) {
        UserProcess process = byPid.get(pid);
        if (process == null) {
            process = new UserProcess(pid);
            byPid.put(pid, process);
        }
        return process;
    }

    // What is told of them

    void spaceCreated(long directory, long pid) {
        if (pid != 0) {
            byDirectory.put(directory, take(pid));
        }
    }

    void spaceRetired(long directory) {
        byDirectory.remove(directory);
    }

    void created(long pid, long parent, long directory) {
        UserProcess process = take(pid);
        process.known = true;
        byDirectory.put(directory, process);
        UserProcess before = process(parent);
        if (before != null) {
            process.takeAfter(before);
        }
    }

    void segmentLoaded(long pid, long linear, long bytes, int rights) {
        UserProcess process = take(pid);
        if (process.heapFirst != Region.OPEN) {
            process.size = 0;
            process.heapFirst = Region.OPEN;
            process.heapEnd = Region.OPEN;
        }
        process.add(linear, bytes, rights);
    }

    void libraryMapped(long pid, long linear, long bytes, int rights) {
        take(pid).add(linear, bytes, rights);
    }

    void breakMoved(long pid, long was, long now) {
        take(pid).moveBreak(was, now);
    }

    void exited(long pid) {
        byPid.remove(pid);
    }
}
