package org.pagetrail.recorder.kernel.process;

/** What a process does in user mode. */
@FunctionalInterface
public interface UserProgram {
    /**
     * Goes on, from where it was, until the process has lost the processor: {@link UserMode} says so after each thing that can cost it.
     *
     * @param user what it can do
     * @throws ProcessEnded when the process has ended
     */
    void run(UserMode user);
}
