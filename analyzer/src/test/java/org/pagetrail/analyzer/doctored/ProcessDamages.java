package org.pagetrail.analyzer.doctored;

import static org.pagetrail.analyzer.doctored.Doctored.A;
import static org.pagetrail.analyzer.doctored.Doctored.READ;
import static org.pagetrail.analyzer.doctored.Doctored.RW;
import static org.pagetrail.analyzer.doctored.Doctored.USER;
import static org.pagetrail.analyzer.doctored.Doctored.entry;

import org.pagetrail.traces.event.FaultResolution;
import org.pagetrail.traces.event.Mode;
import org.pagetrail.traces.event.PageFaultCode;
import org.pagetrail.traces.event.Rights;

/** The {@link Damages} of the invariants that are about processes: their address spaces, memory, faults and end. */
final class ProcessDamages {
    private static final long HEAP = 0xc040_0000L;
    private static final long USER_PAGE = 0x0804_8000L;
    private static final long DATA = 0x0804_9000L;
    private static final long BREAK = 0x0804_a000L;
    private static final int SOME_SLOT = 900;
    private static final long LITTLE_RAM = 8L << 20;
    private static final long FREE = 0x700;
    private static final long PROCESS = 0x600;
    private static final long KERNEL = 0x400;

    private final Damages damages;

    private ProcessDamages(Damages damages) {
        this.damages = damages;
    }

    static void addTo(Damages damages) {
        ProcessDamages all = new ProcessDamages(damages);
        all.kernelHalf();
        all.userRegions();
        all.contents();
        all.sharing();
        all.exits();
        all.answers();
        all.kernelFaults();
        all.codes();
    }

    private void kernelHalf() {
        damages.violated("LAY007", "a process has a kernel table of its own", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .take(FREE, "page-table")
                .store(PROCESS, SOME_SLOT, entry(FREE, RW))
                .cr3(PROCESS));
        damages.violated("LAY007", "a process lacks a kernel table", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .store(PROCESS, SOME_SLOT, 0)
                .cr3(PROCESS));
        damages.violated("LAY007", "a kernel table is for user mode in one address space", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .store(PROCESS, SOME_SLOT, trace.state().word(PROCESS, SOME_SLOT) | 4)
                .cr3(PROCESS));
        damages.violated("LAY007", "the loaded directory gets another kernel table", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .cr3(PROCESS)
                .take(FREE, "page-table")
                .store(PROCESS, SOME_SLOT, entry(FREE, RW)));
        damages.violated("LAY007", "the first directory loses a kernel table", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .cr3(PROCESS)
                .store(KERNEL, SOME_SLOT, 0)
                .mode(Mode.USER));
        damages.violated("LAY007", "a process has a lazy table that is nowhere else", trace -> trace.withRam(LITTLE_RAM)
                .atTheEnd()
                .store(KERNEL, SOME_SLOT, 0)
                .process(PROCESS, 1)
                .take(FREE, "page-table")
                .store(PROCESS, SOME_SLOT, entry(FREE, RW))
                .cr3(PROCESS));
        damages.violated("LAY007", "a process lacks a table that is never lazy", trace -> trace.withRam(LITTLE_RAM)
                .atTheEnd()
                .process(PROCESS, 1)
                .store(PROCESS, 1021, 0)
                .cr3(PROCESS)
                .cr3(KERNEL));
        damages.near("LAY007", "a process lacks a lazy kernel table", trace -> trace.withRam(LITTLE_RAM)
                .atTheEnd()
                .process(PROCESS, 1)
                .store(PROCESS, SOME_SLOT, 0)
                .cr3(PROCESS));
        damages.near("LAY007", "a process that lacks a kernel table is not loaded", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .store(PROCESS, SOME_SLOT, 0));
        damages.near("LAY007", "only A differs", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .mark(PROCESS, SOME_SLOT, A)
                .cr3(PROCESS));
        damages.near("LAY007", "all directories get another kernel table in turn", trace -> {
            trace.atTheEnd().process(PROCESS, 1).take(FREE, "page-table");
            return trace.store(KERNEL, SOME_SLOT, entry(FREE, RW))
                    .store(PROCESS, SOME_SLOT, entry(FREE, RW))
                    .cr3(PROCESS);
        });
    }

    private void userRegions() {
        damages.violated("LAY009", "a page of a process lies above its break", trace -> trace.atTheEnd()
                .living(PROCESS, 1)
                .take(FREE, "user-page")
                .map(PROCESS, BREAK, entry(FREE, USER)));
        damages.violated("LAY009", "a page of text is writable", trace -> trace.atTheEnd()
                .living(PROCESS, 1)
                .map(PROCESS, USER_PAGE, entry(PROCESS + 2, USER)));
        damages.violated("LAY009", "a page stays above a break that went down", trace -> trace.atTheEnd()
                .living(PROCESS, 1)
                .breakFrom(1, BREAK, BREAK + 0x2000)
                .take(FREE, "user-page")
                .map(PROCESS, BREAK + 0x1000, entry(FREE, USER))
                .breakFrom(1, BREAK + 0x2000, BREAK + 0x1000));
        damages.violated("LAY009", "a segment lies below the image's region", trace -> trace.atTheEnd()
                .living(PROCESS, 1)
                .segment(1, 0x0700_0000L, 0x1000, Rights.READ | Rights.USER));
        damages.violated("LAY009", "a library reaches into the stack's region", trace -> trace.atTheEnd()
                .living(PROCESS, 1)
                .library(1, 0xbf7f_f000L, 0x2000, Rights.READ | Rights.USER));
        damages.violated(
                "LAY009", "a page lies where the program that was replaced had its heap", trace -> trace.atTheEnd()
                        .living(PROCESS, 1)
                        .breakFrom(1, BREAK, BREAK + 0x4000)
                        .program(1)
                        .take(FREE, "user-page")
                        .map(PROCESS, BREAK + 0x1000, entry(FREE, USER)));
        damages.violated(
                "LAY009", "an address space without a process has a page below the image", trace -> trace.atTheEnd()
                        .process(PROCESS, 1)
                        .take(FREE, "page-table")
                        .store(PROCESS, 0, entry(FREE, USER))
                        .take(FREE + 1, "page")
                        .store(FREE, 1, entry(FREE + 1, USER)));
        damages.near("LAY009", "a page of data is read-only for a time", trace -> trace.atTheEnd()
                .living(PROCESS, 1)
                .take(FREE, "user-page")
                .map(PROCESS, DATA, entry(FREE, USER & ~2)));
        damages.near("LAY009", "the last page below the break is mapped", trace -> trace.atTheEnd()
                .living(PROCESS, 1)
                .breakFrom(1, BREAK, BREAK + 0x1001)
                .take(FREE, "user-page")
                .map(PROCESS, BREAK + 0x1000, entry(FREE, USER)));
        damages.near("LAY009", "a child has what its parent had", trace -> trace.atTheEnd()
                .living(PROCESS, 1)
                .breakFrom(1, BREAK, BREAK + 0x1000)
                .directory(PROCESS + 16, 2)
                .born(PROCESS + 16, 2, 1)
                .take(FREE, "page-table")
                .store(PROCESS + 16, 32, entry(FREE, USER))
                .take(FREE + 1, "user-page")
                .map(PROCESS + 16, BREAK, entry(FREE + 1, USER)));
        damages.near("LAY009", "a library and the stack have a page", trace -> trace.atTheEnd()
                .living(PROCESS, 1)
                .library(1, 0x4000_0000L, 0x1000, Rights.READ | Rights.USER)
                .take(FREE, "page-table")
                .store(PROCESS, 256, entry(FREE, USER))
                .take(FREE + 1, "user-page")
                .store(FREE, 0, entry(FREE + 1, USER & ~2))
                .take(FREE + 2, "page-table")
                .store(PROCESS, 767, entry(FREE + 2, USER))
                .take(FREE + 3, "user-page")
                .store(FREE + 2, 1023, entry(FREE + 3, USER)));
    }

    private void contents() {
        damages.violated("FRM008", "a user page is mapped as its frame was allocated", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .allocate(FREE, 1, "user-page")
                .map(PROCESS, USER_PAGE + 0x1000, entry(FREE, USER)));
        damages.violated("FRM008", "the contents are of the frame's last owner", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .take(FREE, "user-page")
                .free(FREE, 1)
                .allocate(FREE, 1, "user-page")
                .map(PROCESS, USER_PAGE + 0x1000, entry(FREE, USER)));
        damages.near("FRM008", "a user page is mapped whose frame was copied into", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .allocate(FREE, 1, "user-page")
                .copy(PROCESS + 2, FREE)
                .map(PROCESS, USER_PAGE + 0x1000, entry(FREE, USER)));
        damages.near("FRM008", "a page of the kernel is mapped as its frame was allocated", trace -> trace.atTheEnd()
                .allocate(FREE, 1, "kernel-heap")
                .map(HEAP, entry(FREE, RW)));
    }

    /** Two processes that share the page of the first. */
    private static Doctored sharing(Doctored trace) {
        trace.atTheEnd().process(PROCESS, 1).process(PROCESS + 16, 2);
        return trace.map(PROCESS, USER_PAGE, entry(PROCESS + 2, USER & ~2))
                .share(PROCESS + 2, 2)
                .map(PROCESS + 16, USER_PAGE + 0x1000, entry(PROCESS + 2, USER & ~2));
    }

    private void sharing() {
        damages.violated("FRM010", "a shared page is made writable instead of copied", trace -> sharing(trace)
                .map(PROCESS + 16, USER_PAGE + 0x1000, entry(PROCESS + 2, USER)));
        damages.violated("FRM010", "a page is shared before it is made read-only", trace -> trace.atTheEnd()
                .process(PROCESS, 1)
                .share(PROCESS + 2, 2));
        damages.near("FRM010", "the last user of a page may write it", trace -> sharing(trace)
                .take(FREE, "user-page")
                .map(PROCESS + 16, USER_PAGE + 0x1000, entry(FREE, USER))
                .unshare(PROCESS + 2, 1)
                .map(PROCESS, USER_PAGE, entry(PROCESS + 2, USER)));
        damages.near("FRM010", "two processes read what they share", ProcessDamages::sharing);
    }

    private void exits() {
        damages.violated("FRM005", "a page's frame is not given back", trace -> trace.atTheEnd()
                .living(PROCESS, 1)
                .retire(PROCESS, 1)
                .free(PROCESS, 2)
                .exit(1));
        damages.violated("FRM005", "a table's frame is not given back", trace -> trace.atTheEnd()
                .living(PROCESS, 1)
                .retire(PROCESS, 1)
                .free(PROCESS, 1)
                .free(PROCESS + 2, 1)
                .exit(1));
        damages.violated("FRM005", "a page that two have loses no user", trace -> trace.atTheEnd()
                .living(PROCESS, 1)
                .share(PROCESS + 2, 2)
                .retire(PROCESS, 1)
                .free(PROCESS, 2)
                .exit(1));
        damages.violated("FRM005", "a page that two have is given back", trace -> trace.atTheEnd()
                .living(PROCESS, 1)
                .share(PROCESS + 2, 2)
                .retire(PROCESS, 1)
                .free(PROCESS, 3)
                .exit(1));
        damages.violated("FRM005", "another's page loses a user", trace -> trace.atTheEnd()
                .living(PROCESS, 1)
                .living(PROCESS + 16, 2)
                .share(PROCESS + 18, 2)
                .retire(PROCESS, 1)
                .free(PROCESS, 3)
                .unshare(PROCESS + 18, 1)
                .exit(1));
        damages.violated("FRM005", "a process ends and its address space stays", trace -> trace.atTheEnd()
                .living(PROCESS, 1)
                .exit(1));
        damages.near("FRM005", "all is given back, and what two have loses a user", trace -> trace.atTheEnd()
                .living(PROCESS, 1)
                .share(PROCESS + 2, 2)
                .retire(PROCESS, 1)
                .free(PROCESS, 2)
                .unshare(PROCESS + 2, 1)
                .exit(1));
        damages.near("FRM005", "the kernel gives back memory of its own meanwhile", trace -> Damages.heapPage(
                        trace.atTheEnd(), FREE, RW)
                .living(PROCESS, 1)
                .retire(PROCESS, 1)
                .free(PROCESS, 3)
                .map(HEAP, 0)
                .free(FREE, 1)
                .exit(1));
        damages.near("FRM005", "two processes end at once", trace -> trace.atTheEnd()
                .living(PROCESS, 1)
                .living(PROCESS + 16, 2)
                .retire(PROCESS, 1)
                .retire(PROCESS + 16, 2)
                .free(PROCESS, 3)
                .exit(1)
                .free(PROCESS + 16, 3)
                .exit(2));
    }

    /** A process that runs. */
    private static Doctored running(Doctored trace) {
        return trace.atTheEnd().living(PROCESS, 1).cr3(PROCESS).mode(Mode.USER);
    }

    /** The fault of a read of the page of data, which is absent. */
    private static Doctored absent(Doctored trace) {
        return trace.fault(DATA + 8, PageFaultCode.USER, 3).mode(Mode.SUPERVISOR);
    }

    private void answers() {
        damages.violated("FLT001", "a fault comes again though it was resolved", trace -> absent(absent(running(trace))
                        .answered(DATA + 8, FaultResolution.DEMAND_ZERO)
                        .mode(Mode.USER))
                .answered(DATA + 8, FaultResolution.DEMAND_ZERO)
                .take(FREE, "user-page")
                .map(DATA, entry(FREE, USER)));
        damages.violated("FLT001", "user mode is returned to without an answer", trace -> absent(running(trace))
                .mode(Mode.USER));
        damages.violated("FLT001", "the trace ends without an answer", trace -> absent(running(trace)));
        damages.violated("FLT001", "of two faults the second is not answered", trace -> absent(running(trace))
                .fault(DATA + 0x10, 0, 0)
                .answered(DATA + 8, FaultResolution.FIXUP));
        damages.violated("FLT001", "a page that is not there is answered as spurious, again and again", trace -> absent(
                        absent(running(trace))
                                .answered(DATA + 8, FaultResolution.SPURIOUS)
                                .mode(Mode.USER))
                .answered(DATA + 8, FaultResolution.SPURIOUS)
                .mode(Mode.USER));
        damages.near("FLT001", "a page that is there is answered as spurious, and then taken away", trace -> absent(
                        loosened(trace)
                                .answered(DATA, FaultResolution.SPURIOUS)
                                .map(DATA, 0)
                                .invlpg(DATA)
                                .mode(Mode.USER))
                .answered(DATA + 8, FaultResolution.KILLED));
        damages.near("FLT001", "a fault comes again after the page was mapped and unmapped", trace -> absent(
                        absent(running(trace))
                                .take(FREE, "user-page")
                                .map(DATA, entry(FREE, USER))
                                .answered(DATA + 8, FaultResolution.DEMAND_ZERO)
                                .map(DATA, 0)
                                .mode(Mode.USER))
                .answered(DATA + 8, FaultResolution.KILLED));
        damages.near("FLT001", "a bad address is used in one copy after the other", trace -> running(trace)
                .mode(Mode.SUPERVISOR)
                .fault(DATA, 0, 0)
                .answered(DATA, FaultResolution.FIXUP)
                .fault(DATA, 0, 0)
                .answered(DATA, FaultResolution.FIXUP)
                .mode(Mode.USER));
        damages.near("FLT001", "another process has a fault at the same address", trace -> absent(absent(running(trace))
                        .answered(DATA + 8, FaultResolution.DEMAND_ZERO)
                        .living(PROCESS + 16, 2)
                        .cr3(PROCESS + 16)
                        .mode(Mode.USER))
                .answered(DATA + 8, FaultResolution.KILLED));
        damages.near("FLT001", "a fault ends its process", trace -> absent(running(trace))
                .cr3(KERNEL)
                .retire(PROCESS, 1)
                .free(PROCESS, 3)
                .exit(1));
    }

    private void kernelFaults() {
        damages.violated(
                "FLT002", "the kernel uses an address of its heap that is not mapped", trace -> trace.atTheEnd()
                        .fault(HEAP, 0, 0));
        damages.violated("FLT002", "the kernel uses a low address on its own", trace -> trace.atTheEnd()
                .fault(DATA, 0, 0));
        damages.violated("FLT002", "the kernel uses a null pointer and ends the process for it", trace -> running(trace)
                .mode(Mode.SUPERVISOR)
                .fault(8, PageFaultCode.WRITE, 0)
                .answered(8, FaultResolution.KILLED));
        damages.violated("FLT002", "a lazy table is nowhere to be had", trace -> lazy(trace)
                .fault((long) SOME_SLOT << 22, 0, 0)
                .answered((long) SOME_SLOT << 22, FaultResolution.KILLED));
        damages.violated("FLT002", "a kernel table is missing that is not lazy", trace -> trace.atTheEnd()
                .store(KERNEL, SOME_SLOT, 0)
                .fault((long) SOME_SLOT << 22, 0, 0));
        damages.near(
                "FLT002", "the kernel copies from a page of a process that is not there yet", trace -> running(trace)
                        .mode(Mode.SUPERVISOR)
                        .fault(DATA, 0, 0)
                        .take(FREE, "user-page")
                        .map(DATA, entry(FREE, USER))
                        .answered(DATA, FaultResolution.DEMAND_ZERO)
                        .mode(Mode.USER));
        damages.near("FLT002", "no memory is left for a page that the kernel copies to", trace -> running(trace)
                .mode(Mode.SUPERVISOR)
                .fault(DATA, PageFaultCode.WRITE, 0)
                .answered(DATA, FaultResolution.KILLED));
        damages.near("FLT002", "a lazy table comes", trace -> lazy(trace)
                .fault((long) SOME_SLOT << 22, 0, 0)
                .store(PROCESS, SOME_SLOT, trace.state().word(KERNEL, SOME_SLOT) & ~A)
                .answered((long) SOME_SLOT << 22, FaultResolution.LAZY_TABLE));
        damages.near("FLT002", "a lazy table comes that was looked for in the window", trace -> lazy(trace)
                .fault(0xffc0_0000L + SOME_SLOT * 4096L, 0, 0)
                .store(PROCESS, SOME_SLOT, trace.state().word(KERNEL, SOME_SLOT) & ~A)
                .answered(0xffc0_0000L + SOME_SLOT * 4096L, FaultResolution.LAZY_TABLE));
    }

    /** A process is loaded that lacks a lazy kernel table. */
    private static Doctored lazy(Doctored trace) {
        return trace.withRam(LITTLE_RAM)
                .atTheEnd()
                .living(PROCESS, 1)
                .store(PROCESS, SOME_SLOT, 0)
                .cr3(PROCESS);
    }

    /** A process runs whose page of data was read while it was read-only, and is writable by now. */
    private static Doctored loosened(Doctored trace) {
        return trace.atTheEnd()
                .living(PROCESS, 1)
                .take(FREE, "user-page")
                .map(PROCESS, DATA, entry(FREE, USER & ~2))
                .cr3(PROCESS)
                .touch(DATA, READ)
                .map(DATA, entry(FREE, USER | A))
                .mode(Mode.USER)
                .fault(DATA, PageFaultCode.PRESENT | PageFaultCode.WRITE | PageFaultCode.USER, 3);
    }

    private void codes() {
        int user = PageFaultCode.USER;
        int present = PageFaultCode.PRESENT;
        int write = PageFaultCode.WRITE;
        damages.violated("FLT003", "P is set where the entry is absent", trace -> running(trace)
                .fault(DATA, present | user, 3)
                .answered(DATA, FaultResolution.KILLED));
        damages.violated("FLT003", "P is clear where a right is missing", trace -> running(trace)
                .fault(USER_PAGE, write | user, 3)
                .answered(USER_PAGE, FaultResolution.KILLED));
        damages.violated("FLT003", "U is clear in user mode", trace -> running(trace)
                .fault(DATA, 0, 3)
                .answered(DATA, FaultResolution.KILLED));
        damages.violated("FLT003", "RSVD is set where no reserved bit is", trace -> running(trace)
                .fault(USER_PAGE, present | PageFaultCode.RESERVED | user, 3)
                .answered(USER_PAGE, FaultResolution.KILLED));
        damages.violated("FLT003", "a read faults that all entries allow", trace -> running(trace)
                .fault(USER_PAGE, present | user, 3)
                .answered(USER_PAGE, FaultResolution.SPURIOUS));
        damages.violated(
                "FLT003",
                "what only a cached translation denied is answered as a copy on write",
                trace -> loosened(trace).answered(DATA, FaultResolution.COPY_ON_WRITE));
        damages.near("FLT003", "what only a cached translation denied is answered as spurious", trace -> loosened(trace)
                .answered(DATA, FaultResolution.SPURIOUS));
        damages.near("FLT003", "a write of a read-only page", trace -> running(trace)
                .fault(USER_PAGE, present | write | user, 3)
                .answered(USER_PAGE, FaultResolution.KILLED));
        damages.near("FLT003", "user mode reads a page of the kernel", trace -> running(trace)
                .fault(0xc010_0000L, present | user, 3)
                .answered(0xc010_0000L, FaultResolution.KILLED));
        damages.near("FLT003", "the kernel writes a page of the program's text", trace -> running(trace)
                .mode(Mode.SUPERVISOR)
                .fault(USER_PAGE, present | write, 0)
                .answered(USER_PAGE, FaultResolution.FIXUP));
    }
}
