package org.pagetrail.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** A line about work that takes longer than a second, written over itself once a second; for a terminal. */
final class Progress implements AutoCloseable {
    private static final long SECOND = 1_000_000_000L;
    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream terminal;
    private final LongSupplier clock;
    private final LongSupplier accesses;
    private final DoubleSupplier share;
    private final long began;
    private boolean shown;
    private Thread thread;

    /**
     * About work that begins now.
     *
     * @param clock nanoseconds
     * @param accesses how many have been done
     * @param share how much of the work is done, 0 to 1; negative when that is not known
     */
    Progress(PrintStream terminal, LongSupplier clock, LongSupplier accesses, DoubleSupplier share) {
        this.terminal = terminal;
        this.clock = clock;
        this.accesses = accesses;
        this.share = share;
        began = clock.getAsLong();
    }

    /** Shows the line once a second from now on, when standard error is a terminal; must be closed. */
    static Progress show(LongSupplier accesses, DoubleSupplier share) {
        Progress progress = new Progress(System.err, System::nanoTime, accesses, share);
        if (onTerminal()) {
            progress.start();
        }
        return progress;
    }

    /** Whether standard error is a terminal. Java says it of input and output alone; Linux shows where a descriptor leads, elsewhere none is. */
    private static boolean onTerminal() {
        try {
            String leadsTo = Path.of("/proc/self/fd/2").toRealPath().toString();
            return leadsTo.startsWith("/dev/pts/") || leadsTo.startsWith("/dev/tty") || leadsTo.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    private void start() {
        thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            Thread.sleep(1000);
                            update();
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "progress");
        thread.setDaemon(true);
        thread.start();
    }

    /** Writes the line as it is now, unless a second has not passed yet. */
    void update() {
        long elapsed = clock.getAsLong() - began;
        if (elapsed >= SECOND) {
            terminal.print(CLEAR + line(accesses.getAsLong(), share.getAsDouble(), elapsed));
            terminal.flush();
            shown = true;
        }
    }

    private static String line(long accesses, double share, long elapsed) {
        double seconds = (double) elapsed / SECOND;
        String rate = String.format(Locale.ROOT, "%,d accesses, %,d a second", accesses, (long) (accesses / seconds));
        if (share <= 0) {
            return rate;
        }
        long left = (long) Math.ceil(seconds / share - seconds);
        return String.format(Locale.ROOT, "%s, %d %% done, %d s left", rate, (int) (share * 100), left);
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (shown) {
            terminal.print(CLEAR);
            terminal.flush();
        }
    }
}
