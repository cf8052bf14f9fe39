package org.pagetrail.traces.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.TlbFills;

class EncodingThreadTest {
    private static final int RUNS = 20_000;
    private static final long ALLOWED_BYTES = 2_048;
    private static final Duration LONG = Duration.ofSeconds(60);

    private static TlbFills run(long first, int fills) {
        TlbFills run = new TlbFills();
        for (int i = 0; i < fills; i++) {
            run.add(first + i, 1, 2, 3, 4);
        }
        return run;
    }

    private static EncodingThread encoding(Consumer<TlbFills> work) {
        return new EncodingThread(2, TlbFills.CAPACITY, work, () -> false);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void runsAreWorkedOffInOrderByAnotherThreadWhateverTheTellerDoesWithItsOwn() {
        List<Long> ticks = new ArrayList<>();
        Thread[] worker = new Thread[1];
        EncodingThread encoding = encoding(fills -> {
            worker[0] = Thread.currentThread();
            for (int i = 0; i < fills.count(); i++) {
                ticks.add(fills.words()[i * TlbFills.WORDS]);
            }
        });
        TlbFills run = new TlbFills();
        for (long i = 0; i < RUNS; i++) {
            run.clear();
            run.add(2 * i, 1, 2, 3, 4);
            run.add(2 * i + 1, 1, 2, 3, 4);
            encoding.hand(run, 0, 2);
        }
        encoding.settle();
        assertTrue(encoding.idle());
        assertNotSame(Thread.currentThread(), worker[0]);
        assertEquals(2 * RUNS, ticks.size());
        for (int i = 0; i < ticks.size(); i++) {
            assertEquals(i, ticks.get(i));
        }
        encoding.end();
    }

    @Test
    void whatTheWorkComesToIsThrownToTheTellerAndNothingIsWorkedOffAfterIt() {
        IllegalArgumentException bad = new IllegalArgumentException("the second");
        List<Long> worked = new ArrayList<>();
        EncodingThread encoding = encoding(fills -> {
            worked.add(fills.words()[0]);
            if (worked.size() == 2) {
                throw bad;
            }
        });
        assertSame(bad, assertThrows(IllegalArgumentException.class, () -> {
            for (long i = 0; i < RUNS; i++) {
                encoding.hand(run(i, 1), 0, 1);
            }
            encoding.settle();
        }));
        assertSame(bad, assertThrows(IllegalArgumentException.class, encoding::settle));
        assertTrue(encoding.failed());
        assertEquals(List.of(0L, 1L), worked);
        assertTimeoutPreemptively(LONG, encoding::end);
    }

    @Test
    void anErrorOfTheWorkIsThrownToo() {
        EncodingThread encoding = encoding(fills -> {
            throw new StackOverflowError();
        });
        encoding.hand(run(0, 1), 0, 1);
        assertThrows(StackOverflowError.class, encoding::settle);
        encoding.end();
    }

    @Test
    void whoeverEndsItWaitsForWhatWasHandedOverUnlessItIsTheWorkItself() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        EncodingThread[] encoding = new EncodingThread[1];
        boolean[] worked = new boolean[1];
        encoding[0] = encoding(fills -> {
            encoding[0].end();
            begun.countDown();
            await(goOn);
            worked[0] = true;
        });
        assertTimeoutPreemptively(LONG, () -> {
            encoding[0].hand(run(0, 1), 0, 1);
            await(begun);
            assertFalse(encoding[0].idle());
            goOn.countDown();
            encoding[0].end();
            assertTrue(worked[0]);
        });
    }

    @Test
    void aThreadThatSleptForWantOfWorkWakesUpForMore() {
        long[] worked = new long[1];
        EncodingThread encoding = encoding(fills -> worked[0]++);
        assertTimeoutPreemptively(LONG, () -> {
            for (int i = 1; i <= 20; i++) {
                encoding.hand(run(0, 1), 0, 1);
                encoding.settle();
                assertEquals(i, worked[0]);
                Thread.sleep(5);
            }
            encoding.end();
        });
    }

    @Test
    void whoWaitsForTheOtherDoesSomethingUsefulMeanwhileAsLongAsThereIs() {
        Thread teller = Thread.currentThread();
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger did = new AtomicInteger();
        List<Integer> whenWorked = new ArrayList<>();
        EncodingThread encoding = new EncodingThread(
                2,
                1,
                fills -> {
                    await(goOn);
                    whenWorked.add(did.get());
                },
                () -> {
                    if (Thread.currentThread() != teller || did.get() == RUNS) {
                        return false;
                    }
                    if (did.incrementAndGet() == RUNS) {
                        goOn.countDown();
                    }
                    return true;
                });
        encoding.hand(run(0, 1), 0, 1);
        encoding.settle();
        encoding.end();
        assertEquals(List.of(RUNS), whenWorked);
    }

    @Test
    void handingOverMakesNoGarbage() {
        assumeTrue(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] worker = new long[1];
        EncodingThread encoding =
                encoding(fills -> worker[0] = Thread.currentThread().getId());
        TlbFills run = run(0, 200);
        for (int i = 0; i < RUNS; i++) {
            encoding.hand(run, 100, 100);
        }
        encoding.settle();
        long told = threads.getCurrentThreadAllocatedBytes();
        long worked = threads.getThreadAllocatedBytes(worker[0]);
        for (int i = 0; i < RUNS; i++) {
            encoding.hand(run, 100, 100);
        }
        encoding.settle();
        long garbage =
                threads.getCurrentThreadAllocatedBytes() - told + threads.getThreadAllocatedBytes(worker[0]) - worked;
        assertTrue(garbage < ALLOWED_BYTES, garbage + " bytes in " + RUNS + " runs");
        encoding.end();
    }
}
