package org.pagetrail.replay.state;

import java.util.List;
import java.util.OptionalLong;

/**
 * A process, also after its end.
 *
 * @param pid its number, from 1
 * @param parent the process that made it, 0 for the kernel
 * @param directory the root of its address space when it was made
 * @param name its name
 * @param exited whether it has ended
 * @param status what it ended with, 0 before
 * @param programBreak the end of its heap, empty before it was first set
 * @param segments of its program, in the order they were loaded
 * @param libraries in the order they were mapped
 */
public record ProcessState(
        int pid,
        int parent,
        long directory,
        String name,
        boolean exited,
        long status,
        OptionalLong programBreak,
        List<UserSegment> segments,
        List<MappedLibrary> libraries) {
    /** With lists that nobody else can change. */
    public ProcessState {
        segments = List.copyOf(segments);
        libraries = List.copyOf(libraries);
    }

    /** One that has only been created. */
    static ProcessState created(int pid, int parent, long directory, String name) {
        return new ProcessState(pid, parent, directory, name, false, 0, OptionalLong.empty(), List.of(), List.of());
    }

    ProcessState withSegments(List<UserSegment> all) {
        return new ProcessState(pid, parent, directory, name, exited, status, programBreak, all, libraries);
    }

    ProcessState withLibraries(List<MappedLibrary> all) {
        return new ProcessState(pid, parent, directory, name, exited, status, programBreak, segments, all);
    }

    ProcessState withProgramBreak(long linear) {
        OptionalLong moved = OptionalLong.of(linear);
        return new ProcessState(pid, parent, directory, name, exited, status, moved, segments, libraries);
    }

    ProcessState ended(long with) {
        return new ProcessState(pid, parent, directory, name, true, with, programBreak, segments, libraries);
    }
}
