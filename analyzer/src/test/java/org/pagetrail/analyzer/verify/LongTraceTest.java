package org.pagetrail.analyzer.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.pagetrail.analyzer.doctored.Doctored.A;
import static org.pagetrail.analyzer.doctored.Doctored.D;
import static org.pagetrail.analyzer.doctored.Doctored.P;
import static org.pagetrail.analyzer.doctored.Doctored.READ;
import static org.pagetrail.analyzer.doctored.Doctored.RW;
import static org.pagetrail.analyzer.doctored.Doctored.USER;
import static org.pagetrail.analyzer.doctored.Doctored.WRITE;
import static org.pagetrail.analyzer.doctored.Doctored.entry;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.pagetrail.analyzer.doctored.Doctored;
import org.pagetrail.analyzer.doctored.Doctored.Told;
import org.pagetrail.analyzer.rule.Judge;
import org.pagetrail.analyzer.rule.Sizes;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.FaultResolution;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.Mode;
import org.pagetrail.traces.event.PageFaultCode;
import org.pagetrail.traces.event.TraceReader;

/** A boot whose end is repeated: what a judge keeps in mind does not grow with the trace. */
class LongTraceTest {
    private static final long KERNEL = 0x400;
    private static final long HEAP = 0xc040_0000L;
    private static final long FREE = 0x700;
    private static final long PROCESS = 0x600;
    private static final int PAGES = 16;

    /** The golden boot judged by all rules, and what is to be told after it again and again. */
    private static final class Repeated {
        private final Judge judge;
        private final List<Told> again;

        /** The doing leaves the state as it found it, but for what only its first time changes. */
        Repeated(Consumer<Doctored> before, Consumer<Doctored> doing) {
            List<Told> once = told(before, doing, 1);
            List<Told> twice = told(before, doing, 2);
            again = twice.subList(once.size() - 1, twice.size() - 1);
            try (TraceReader reader = Doctored.golden("boot-unit").reader()) {
                judge = new Judge(reader.header(), Rules.make());
            }
            tell(once.subList(0, once.size() - 1));
        }

        private static List<Told> told(Consumer<Doctored> before, Consumer<Doctored> doing, int times) {
            Doctored trace = Doctored.golden("boot-unit").atTheEnd();
            before.accept(trace);
            for (int i = 0; i < times; i++) {
                doing.accept(trace);
            }
            List<Told> told = new ArrayList<>();
            try (TraceReader reader = trace.reader()) {
                reader.readAll(new FlatEvents() {
                    @Override
                    protected void event(int id, long tick, long[] fields, int count, String text) {
                        told.add(new Told(id, tick, Arrays.copyOf(fields, count), text));
                    }
                });
            }
            return told;
        }

        private void tell(List<Told> events) {
            for (int i = 0; i < events.size(); i++) {
                Told told = events.get(i);
                EventDispatch.dispatch(told.id(), told.tick(), told.fields(), told.text(), judge);
            }
        }

        void times(int times) {
            for (int i = 0; i < times; i++) {
                tell(again);
            }
        }
    }

    private static void heapPages(Doctored trace, boolean invalidate) {
        // Each page gets each frame once.
        for (int round = 0; round < PAGES; round++) {
            for (int page = 0; page < PAGES; page++) {
                long frame = FREE + (page + round) % PAGES;
                long linear = HEAP + page * 0x1000L;
                trace.allocate(frame, 1, "page").map(linear, entry(frame, RW)).touch(linear, WRITE);
                trace.map(linear, 0);
                if (invalidate) {
                    trace.invlpg(linear).free(frame, 1);
                } else {
                    trace.mode(Mode.USER).mode(Mode.SUPERVISOR).invlpg(linear).free(frame, 1);
                }
            }
        }
    }

    @Test
    void pagesThatComeAndGoLeaveNothingBehind() {
        Repeated repeated = new Repeated(trace -> {}, trace -> heapPages(trace, true));
        repeated.times(2);
        int size = Sizes.of(repeated.judge);
        // 200,000 pages.
        repeated.times(200_000 / (PAGES * PAGES));
        assertEquals(size, Sizes.of(repeated.judge));
        assertEquals(0, Sizes.found(repeated.judge));
        assertEquals(0, repeated.judge.state().contradictions());
    }

    @Test
    void theSameDefectAgainAndAgainIsKeptOnce() {
        Repeated repeated = new Repeated(trace -> {}, trace -> heapPages(trace, false));
        repeated.times(2);
        int size = Sizes.of(repeated.judge);
        assertTrue(Sizes.found(repeated.judge) > 0);
        repeated.times(100);
        assertEquals(size, Sizes.of(repeated.judge));
    }

    @Test
    void whatIsNeverInvalidatedIsKeptOnceForEachTranslation() {
        Repeated repeated = new Repeated(trace -> trace.allocate(FREE, 2, "page"), trace -> {
            for (long frame = FREE; frame < FREE + 2; frame++) {
                trace.map(HEAP, entry(frame, RW | A))
                        .map(HEAP, entry(frame, P | A))
                        .map(HEAP, 0);
            }
            long word = trace.state().word(KERNEL, 770);
            trace.store(KERNEL, 770, word | A).store(KERNEL, 770, 0).store(KERNEL, 770, word & ~A);
        });
        repeated.times(2);
        int size = Sizes.of(repeated.judge);
        repeated.times(1_000);
        assertEquals(size, Sizes.of(repeated.judge));
    }

    @Test
    void addressSpacesThatComeAndGoLeaveNothingBehind() {
        Repeated repeated = new Repeated(trace -> {}, trace -> {
            trace.process(PROCESS, 1).cr3(PROCESS).touch(0x0804_8000L, READ);
            trace.map(PROCESS, 0x0804_9000L, entry(PROCESS + 2, USER)).map(PROCESS, 0x0804_9000L, 0);
            trace.cr3(KERNEL).retire(PROCESS, 1).free(PROCESS, 3);
        });
        repeated.times(2);
        int size = Sizes.of(repeated.judge);
        repeated.times(500);
        assertEquals(size, Sizes.of(repeated.judge));
        assertEquals(0, repeated.judge.state().contradictions());
    }

    @Test
    void processesThatComeAndGoLeaveNothingBehind() {
        long data = 0x0804_9000L;
        Repeated repeated = new Repeated(trace -> {}, trace -> {
            trace.living(PROCESS, 1).cr3(PROCESS).mode(Mode.USER);
            trace.fault(data, PageFaultCode.USER, 3).mode(Mode.SUPERVISOR);
            trace.take(PROCESS + 3, "user-page").map(data, entry(PROCESS + 3, USER & ~2));
            trace.answered(data, FaultResolution.DEMAND_ZERO)
                    .share(PROCESS + 3, 2)
                    .mode(Mode.USER);
            trace.fault(0, PageFaultCode.USER, 3).mode(Mode.SUPERVISOR).answered(0, FaultResolution.KILLED);
            trace.cr3(KERNEL).retire(PROCESS, 1).free(PROCESS, 3).unshare(PROCESS + 3, 1);
            trace.exit(1).free(PROCESS + 3, 1);
        });
        repeated.times(2);
        int size = Sizes.of(repeated.judge);
        repeated.times(500);
        assertEquals(size, Sizes.of(repeated.judge));
        assertEquals(0, Sizes.found(repeated.judge));
        assertEquals(0, repeated.judge.state().contradictions());
    }

    @Test
    void fillsMarksAndCountsAllocateNothing() {
        assumeTrue(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean);
        Repeated repeated =
                new Repeated(trace -> trace.allocate(FREE, 1, "page").map(HEAP, entry(FREE, RW)), trace -> {
                    trace.touch(HEAP, WRITE);
                    trace.tell().accessesCounted(trace.tick(), 1, 2, 3, 0, 4, 1, 1);
                    // A and D taken away again, so that the next time marks them.
                    long table = trace.table(KERNEL, HEAP);
                    trace.store(table, 0, trace.state().word(table, 0) & ~(A | D));
                });
        assertEquals(4, repeated.again.size(), repeated.again::toString);
        repeated.times(50_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        repeated.times(50_000);
        long allocated = threads.getThreadAllocatedBytes(thread) - before;
        // What the measurement itself and the compiler's hand-over leave is far below a byte an event.
        assertTrue(allocated < 50_000, allocated + " bytes for 200,000 events");
        assertEquals(0, Sizes.found(repeated.judge));
    }
}
