package org.pagetrail.replay.state;

import java.util.NavigableMap;
import java.util.TreeMap;

/** Address spaces and processes as the kernel told them. */
final class Spaces {
    /** By directory; whether one is loaded is not kept here. */
    final NavigableMap<Long, Space> byDirectory = new TreeMap<>();

    final NavigableMap<Integer, ProcessState> processes = new TreeMap<>();

    /** The directory that the kernel last switched to, {@link Control#NONE} before the first. */
    long current = Control.NONE;

    record Space(int pid, String name) {}

    Spaces copy() {
        Spaces copy = new Spaces();
        copy.byDirectory.putAll(byDirectory);
        copy.processes.putAll(processes);
        copy.current = current;
        return copy;
    }
}
