package org.pagetrail.replay.state;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Address spaces and processes as the kernel told them. */
final class Spaces {
    /** By directory; whether one is loaded is not kept here. */
    final NavigableMap<Long, Space> byDirectory = new TreeMap<>();

    final NavigableMap<Integer, ProcessState> processes = new TreeMap<>();

    /** The directory that the kernel last switched to, {@link Control#NONE} before the first. */
    long current = Control.NONE;

    record Space(int pid, String name) {}

    void save(Packer out) {
        out.number(byDirectory.size());
        byDirectory.forEach((directory, space) -> {
            out.number(directory);
            out.near(space.pid, 0);
            out.text(space.name);
        });
        out.number(processes.size());
        processes.values().forEach(process -> save(process, out));
        out.near(current, 0);
    }

    private static void save(ProcessState process, Packer out) {
        out.near(process.pid(), 0);
        out.near(process.parent(), 0);
        out.number(process.directory());
        out.text(process.name());
        out.flag(process.exited());
        out.number(process.status());
        out.flag(process.programBreak().isPresent());
        out.number(process.programBreak().orElse(0));
        out.number(process.segments().size());
        for (UserSegment segment : process.segments()) {
            out.number(segment.linear());
            out.number(segment.fileSize());
            out.number(segment.memorySize());
            out.number(segment.rights());
        }
        out.number(process.libraries().size());
        for (MappedLibrary library : process.libraries()) {
            out.number(library.linear());
            out.number(library.size());
            out.number(library.rights());
            out.text(library.name());
        }
    }

    void load(Unpacker in) {
        for (int left = in.count(); left > 0; left--) {
            byDirectory.put(in.number(), new Space(in.whole(), in.some()));
        }
        for (int left = in.count(); left > 0; left--) {
            ProcessState process = process(in);
            processes.put(process.pid(), process);
        }
        current = in.near(0);
    }

    private static ProcessState process(Unpacker in) {
        int pid = in.whole();
        int parent = in.whole();
        long directory = in.number();
        String name = in.some();
        boolean exited = in.flag();
        long status = in.number();
        boolean broken = in.flag();
        long end = in.number();
        List<UserSegment> segments = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            segments.add(new UserSegment(in.number(), in.number(), in.number(), in.below(Frames.RIGHTS)));
        }
        List<MappedLibrary> libraries = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            libraries.add(new MappedLibrary(in.number(), in.number(), in.below(Frames.RIGHTS), in.some()));
        }
        OptionalLong programBreak = broken ? OptionalLong.of(end) : OptionalLong.empty();
        return new ProcessState(pid, parent, directory, name, exited, status, programBreak, segments, libraries);
    }

    Spaces copy() {
        Spaces copy = new Spaces();
        copy.byDirectory.putAll(byDirectory);
        copy.processes.putAll(processes);
        copy.current = current;
        return copy;
    }
}
