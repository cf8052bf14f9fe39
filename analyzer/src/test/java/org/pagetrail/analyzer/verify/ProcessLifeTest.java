package org.pagetrail.analyzer.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.pagetrail.analyzer.doctored.Doctored.A;
import static org.pagetrail.analyzer.doctored.Doctored.D;
import static org.pagetrail.analyzer.doctored.Doctored.READ;
import static org.pagetrail.analyzer.doctored.Doctored.RW;
import static org.pagetrail.analyzer.doctored.Doctored.USER;
import static org.pagetrail.analyzer.doctored.Doctored.WRITE;
import static org.pagetrail.analyzer.doctored.Doctored.entry;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pagetrail.analyzer.doctored.Doctored;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.traces.event.FaultResolution;
import org.pagetrail.traces.event.Mode;
import org.pagetrail.traces.event.PageFaultCode;
import org.pagetrail.traces.event.Rights;

/**
 * What a right kernel does for its processes, told event by event: nothing of it violates any invariant. Each way in which it could
 * go wrong is a test beside it, in which one step is left out or done out of turn.
 */
class ProcessLifeTest {
    private static final long TEXT = 0x0804_8000L;
    private static final long DATA = 0x0804_9000L;
    private static final long HEAP = 0x0804_a000L;
    private static final long LIBRARY = 0x4000_0000L;
    private static final long STACK = 0xbfff_f000L;
    private static final long TEMPORARY = 0xff3f_f000L;
    private static final long KERNEL = 0x400;
    private static final long READ_ONLY = USER & ~2;

    /** What is shared by all that run the program, and is kept for the next: a user of its own. */
    private static final long TEXT_FRAME = 0x700;

    private static final long LIBRARY_FRAME = 0x701;
    private static final long PARENT = 0x600;
    private static final long CHILD = 0x620;
    private static final int READ_FAULT = PageFaultCode.USER;
    private static final int WRITE_FAULT = PageFaultCode.USER | PageFaultCode.WRITE;
    private static final int DENIED = WRITE_FAULT | PageFaultCode.PRESENT;

    private final Doctored trace = Doctored.golden("boot-unit").atTheEnd();
    private long next = 0x800;

    @BeforeEach
    void theFilesAreInMemory() {
        for (long frame : new long[] {TEXT_FRAME, LIBRARY_FRAME}) {
            show(trace.allocate(frame, 1, "user-page"), frame).copy(0x500, frame);
            hide();
        }
    }

    private List<Violation> violations() {
        return Verifier.verify(trace.reader(), invariant -> true).violations();
    }

    private void assertRight() {
        assertEquals(List.of(), violations());
    }

    private void assertViolated(String... rules) {
        List<Violation> found = violations();
        assertEquals(
                new TreeSet<>(List.of(rules)),
                found.stream()
                        .map(violation -> violation.invariant().id())
                        .collect(Collectors.toCollection(TreeSet::new)),
                found::toString);
    }

    // What the kernel does

    /** The temporary slot shows a frame. */
    private Doctored show(Doctored at, long frame) {
        boolean used = at.state().word(at.table(at.loaded(), TEMPORARY), at.slot(TEMPORARY, 1)) != 0;
        at.map(TEMPORARY, entry(frame, RW));
        return (used ? at.invlpg(TEMPORARY) : at).touch(TEMPORARY, WRITE);
    }

    private void hide() {
        trace.map(TEMPORARY, 0).invlpg(TEMPORARY);
    }

    private long cleared(String use) {
        long frame = next++;
        show(trace.allocate(frame, 1, use), frame).clear(frame);
        hide();
        return frame;
    }

    /** The table of an address in a directory, made where there is none. */
    private void table(long directory, long linear) {
        int slot = trace.slot(linear, 2);
        if (trace.state().word(directory, slot) == 0) {
            trace.store(directory, slot, entry(cleared("page-table"), USER));
        }
    }

    private void map(long directory, long linear, long frame, long bits) {
        table(directory, linear);
        trace.map(directory, linear, entry(frame, bits));
    }

    private void space(long directory, int pid, int parent) {
        trace.directory(directory, pid).born(directory, pid, parent);
    }

    /** A program of a page of text, a page of data and a library is placed in the loaded, empty address space. */
    private void load(long directory, int pid, long users) {
        trace.segment(pid, TEXT, 0x1000, Rights.READ | Rights.EXECUTE | Rights.USER);
        trace.share(TEXT_FRAME, users);
        map(directory, TEXT, TEXT_FRAME, READ_ONLY);
        trace.segment(pid, DATA, 0x800, Rights.READ | Rights.WRITE | Rights.USER);
        long data = next++;
        show(trace.allocate(data, 1, "user-page"), data).copy(0x501, data);
        hide();
        map(directory, DATA, data, USER);
        trace.breakFrom(pid, HEAP, HEAP);
        trace.library(pid, LIBRARY, 0x1000, Rights.READ | Rights.EXECUTE | Rights.USER);
        trace.share(LIBRARY_FRAME, users);
        map(directory, LIBRARY, LIBRARY_FRAME, READ_ONLY);
    }

    private void toUser() {
        trace.mode(Mode.USER).stack(STACK);
    }

    private void toKernel() {
        trace.mode(Mode.SUPERVISOR).stack(0xffbf_c000L);
    }

    private void fault(long linear, int code) {
        trace.fault(linear, code, 3);
        toKernel();
    }

    private void zeroed(long linear, FaultResolution how) {
        fault(linear, READ_FAULT);
        map(trace.loaded(), linear, cleared("user-page"), USER);
        trace.answered(linear, how);
        toUser();
    }

    private void start(long directory, int pid, long users) {
        space(directory, pid, 0);
        trace.cr3(directory);
        load(directory, pid, users);
        // The kernel writes the program's arguments.
        trace.fault(STACK + 0xff0, PageFaultCode.WRITE, 0);
        map(directory, STACK, cleared("user-page"), USER);
        trace.answered(STACK + 0xff0, FaultResolution.STACK_GROWTH).touch(STACK, WRITE);
        toUser();
        trace.touch(TEXT, READ).touch(DATA, WRITE).touch(STACK, WRITE).touch(LIBRARY, READ);
    }

    private long frameOf(long directory, long linear) {
        return trace.state().word(trace.table(directory, linear), trace.slot(linear, 1)) >>> 12;
    }

    private static final long[] PAGES = {TEXT, DATA, LIBRARY, STACK};

    /** The loaded address space's user half for another, which is not loaded. */
    private void fork(long parent, long child, int pid) {
        toKernel();
        space(child, pid, pid - 1);
        for (long linear : PAGES) {
            long frame = frameOf(parent, linear);
            long word = trace.state().word(trace.table(parent, linear), trace.slot(linear, 1));
            if ((word & 2) != 0) {
                trace.map(linear, word & ~2);
            }
            trace.share(frame, Math.max(1, trace.state().shareCount(frame)) + 1);
            map(child, linear, frame, READ_ONLY);
        }
        trace.cr3(parent);
        toUser();
    }

    /** The running process writes a page that it shares. */
    private void copied(long linear) {
        long shared = frameOf(trace.loaded(), linear);
        fault(linear, DENIED);
        long own = next++;
        show(trace.allocate(own, 1, "user-page"), own).copy(shared, own);
        hide();
        trace.map(linear, entry(own, USER)).invlpg(linear);
        drop(shared);
        trace.answered(linear, FaultResolution.COPY_ON_WRITE);
        toUser();
        trace.touch(linear, WRITE);
    }

    private void drop(long frame) {
        long users = trace.state().shareCount(frame);
        if (users > 1) {
            trace.unshare(frame, users - 1);
        } else {
            trace.free(frame, 1);
        }
    }

    /** The running process becomes another program: its tables go, and it begins anew. */
    private void exec(int pid, long... pages) {
        toKernel();
        long directory = trace.loaded();
        long[] frames = framesOf(directory, pages);
        long[] tables = tablesOf(directory);
        for (int slot = 0; slot < 768; slot++) {
            if (trace.state().word(directory, slot) != 0) {
                trace.store(directory, slot, 0);
            }
        }
        trace.cr3(directory);
        for (long frame : frames) {
            drop(frame);
        }
        for (long table : tables) {
            trace.free(table, 1);
        }
        load(directory, pid, trace.state().shareCount(TEXT_FRAME) + 1);
        map(directory, STACK, cleared("user-page"), USER);
        toUser();
    }

    private long[] framesOf(long directory, long... pages) {
        long[] frames = new long[pages.length];
        for (int i = 0; i < pages.length; i++) {
            frames[i] = frameOf(directory, pages[i]);
        }
        return frames;
    }

    private long[] tablesOf(long directory) {
        return java.util.stream.IntStream.range(0, 768)
                .mapToLong(slot -> trace.state().word(directory, slot))
                .filter(word -> word != 0)
                .map(word -> word >>> 12)
                .toArray();
    }

    private void exit(long directory, int pid, long... pages) {
        toKernel();
        exitInKernel(directory, pid, pages);
    }

    private void exitInKernel(long directory, int pid, long... pages) {
        trace.cr3(KERNEL);
        long[] frames = framesOf(directory, pages);
        long[] tables = tablesOf(directory);
        trace.retire(directory, pid);
        for (long table : tables) {
            show(trace, table);
        }
        for (long frame : frames) {
            drop(frame);
        }
        hide();
        for (long table : tables) {
            trace.free(table, 1);
        }
        trace.free(directory, 1).exit(pid);
    }

    private void switchTo(long directory) {
        toKernel();
        trace.cr3(directory);
        toUser();
    }

    // What is right

    @Test
    void aProcessThatIsMadeRunsAndEndsViolatesNothing() {
        start(PARENT, 1, 2);
        exit(PARENT, 1, PAGES);
        assertRight();
    }

    @Test
    void aHeapThatGrowsIsTouchedAndShrinksViolatesNothing() {
        start(PARENT, 1, 2);
        toKernel();
        trace.breakFrom(1, HEAP, HEAP + 0x3000);
        toUser();
        zeroed(HEAP + 0x1008, FaultResolution.DEMAND_ZERO);
        trace.touch(HEAP + 0x1000, WRITE);
        toKernel();
        long frame = frameOf(PARENT, HEAP + 0x1000);
        trace.map(HEAP + 0x1000, 0).invlpg(HEAP + 0x1000).free(frame, 1).breakFrom(1, HEAP + 0x3000, HEAP);
        toUser();
        exit(PARENT, 1, PAGES);
        assertRight();
    }

    @Test
    void aStackThatGrowsViolatesNothing() {
        start(PARENT, 1, 2);
        zeroed(STACK - 0x10, FaultResolution.STACK_GROWTH);
        exit(PARENT, 1, TEXT, DATA, LIBRARY, STACK, STACK - 0x1000);
        assertRight();
    }

    @Test
    void aForkBothSidesOfWhichWriteAndEndViolatesNothing() {
        start(PARENT, 1, 2);
        fork(PARENT, CHILD, 2);
        copied(DATA);
        copied(STACK);
        switchTo(CHILD);
        trace.touch(TEXT, READ);
        fault(DATA, DENIED);
        trace.map(DATA, entry(frameOf(CHILD, DATA), USER | A)).answered(DATA, FaultResolution.COPY_ON_WRITE);
        toUser();
        trace.touch(DATA, WRITE);
        exit(CHILD, 2, PAGES);
        trace.cr3(PARENT);
        toUser();
        exit(PARENT, 1, PAGES);
        assertRight();
    }

    @Test
    void aChildThatBecomesAnotherProgramViolatesNothing() {
        start(PARENT, 1, 2);
        fork(PARENT, CHILD, 2);
        switchTo(CHILD);
        copied(STACK);
        exec(2, PAGES);
        trace.touch(TEXT, READ);
        exit(CHILD, 2, PAGES);
        trace.cr3(PARENT);
        toUser();
        copied(DATA, PARENT);
        exit(PARENT, 1, PAGES);
        assertRight();
    }

    /** The last user of a page writes it: nothing is copied. */
    private void copied(long linear, long directory) {
        fault(linear, DENIED);
        trace.map(linear, entry(frameOf(directory, linear), USER | A)).answered(linear, FaultResolution.COPY_ON_WRITE);
        toUser();
    }

    @Test
    void twoProcessesOfOneProgramAndADirectoryThatIsUsedAgainViolateNothing() {
        start(PARENT, 1, 2);
        toKernel();
        start(CHILD, 2, 3);
        exit(CHILD, 2, PAGES);
        trace.cr3(PARENT);
        toUser();
        toKernel();
        start(CHILD, 3, 3);
        exit(CHILD, 3, PAGES);
        exitInKernel(PARENT, 1, PAGES);
        assertRight();
    }

    @Test
    void aProcessThatIsKilledForABadAccessViolatesNothing() {
        start(PARENT, 1, 2);
        fault(0, WRITE_FAULT);
        trace.answered(0, FaultResolution.KILLED);
        exitInKernel(PARENT, 1, PAGES);
        assertRight();
    }

    @Test
    void aBadPointerInASystemCallViolatesNothing() {
        start(PARENT, 1, 2);
        toKernel();
        trace.fault(0x3000_0000L, 0, 0).answered(0x3000_0000L, FaultResolution.FIXUP);
        trace.fault(TEXT, PageFaultCode.PRESENT | PageFaultCode.WRITE, 0).answered(TEXT, FaultResolution.FIXUP);
        toUser();
        exit(PARENT, 1, PAGES);
        assertRight();
    }

    @Test
    void aHeapPageMadeReadOnlyAndWritableAgainViolatesNothing() {
        start(PARENT, 1, 2);
        toKernel();
        long frame = frameOf(PARENT, DATA);
        trace.map(DATA, entry(frame, READ_ONLY | A | D)).invlpg(DATA);
        toUser();
        trace.touch(DATA, READ);
        toKernel();
        trace.map(DATA, entry(frame, USER | A | D));
        toUser();
        fault(DATA, DENIED);
        trace.answered(DATA, FaultResolution.SPURIOUS);
        toUser();
        trace.touch(DATA, WRITE);
        exit(PARENT, 1, PAGES);
        assertRight();
    }

    // What is not

    @Test
    void aForkThatDoesNotFlushLeavesWritableTranslations() {
        start(PARENT, 1, 2);
        toKernel();
        space(CHILD, 2, 1);
        long frame = frameOf(PARENT, DATA);
        trace.map(DATA, entry(frame, READ_ONLY | A | D)).share(frame, 2);
        map(CHILD, DATA, frame, READ_ONLY);
        toUser();
        assertViolated("TLB002");
    }

    @Test
    void anExecThatDoesNotFlushLeavesTranslations() {
        start(PARENT, 1, 2);
        toKernel();
        trace.store(PARENT, trace.slot(TEXT, 2), 0);
        toUser();
        assertViolated("TLB002");
    }

    @Test
    void aPageLeftInTheTemporarySlotIsAnotherOwnerOfNothingButIsFreedTooEarly() {
        start(PARENT, 1, 2);
        toKernel();
        long frame = frameOf(PARENT, DATA);
        show(trace, frame);
        trace.map(DATA, 0).invlpg(DATA).free(frame, 1);
        assertViolated("FRM006");
    }

    @Test
    void aDirectoryUsedAgainIsJudgedAsANewOne() {
        start(PARENT, 1, 2);
        exit(PARENT, 1, PAGES);
        trace.take(PARENT, "page-directory").space(PARENT, 2);
        // It has no recursive slot yet, and is not loaded: it is being built.
        trace.store(PARENT, 1023, 0);
        assertRight();
    }
}
