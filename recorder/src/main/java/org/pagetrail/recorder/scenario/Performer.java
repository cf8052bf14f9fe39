package org.pagetrail.recorder.scenario;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.pagetrail.recorder.kernel.process.UserMode;
import org.pagetrail.recorder.kernel.process.UserProgram;
import org.pagetrail.recorder.scenario.Step.Order;
import org.pagetrail.recorder.workload.AccessPattern;
import org.pagetrail.recorder.workload.AddressRange;
import org.pagetrail.recorder.workload.SplitMix64;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.ia32.LinearAddress;

/**
 * A process that takes a scenario's steps, one after another; at their end it ends.
 *
 * <p>It can lose the processor within a step, and goes on there. What a step needs and the process does not have, as a heap to touch, makes
 * nothing of the step.
 */
final class Performer implements UserProgram {
    private static final int PAGE = LinearAddress.PAGE_BYTES;

    /** Where no area of a process is: in the libraries' region, far above its beginning. */
    private static final int NOWHERE = 0xb000_0000;

    private static final int KERNEL = 0xc000_0000;
    private static final int FAR_BELOW = 256 << 10;

    /** Steps that are being taken. */
    private static final class Cursor {
        final List<Step> steps;
        int next;
        int times;

        Cursor(List<Step> steps, int times) {
            this.steps = steps;
            this.times = times;
        }
    }

    private final Deque<Cursor> cursors = new ArrayDeque<>();
    private final SplitMix64 random;
    private int routine;

    // Of the step that is being taken.
    private Step step;
    private long left;
    private long done;
    private AccessPattern pattern;

    Performer(List<Step> steps, long seed) {
        cursors.push(new Cursor(steps, 1));
        random = new SplitMix64(seed);
    }

    @Override
    public void run(UserMode user) {
        while (user.running()) {
            if (step == null) {
                begin(user);
            }
            if (step == null) {
                user.exit(0);
                return;
            }
            // A step is over before its system call is made: the process may never come back to it.
            if (goOn(user)) {
                return;
            }
        }
    }

    private void begin(UserMode user) {
        while (!cursors.isEmpty()) {
            Cursor cursor = cursors.peek();
            if (cursor.next < cursor.steps.size()) {
                step = cursor.steps.get(cursor.next++);
                if (step instanceof Step.Repeat repeat) {
                    cursors.push(new Cursor(repeat.steps(), repeat.times()));
                    step = null;
                    continue;
                }
                user.enter(routine++);
                prepare(user);
                return;
            }
            cursor.next = 0;
            if (--cursor.times <= 0 || cursor.steps.isEmpty()) {
                cursors.pop();
            }
        }
        step = null;
    }

    private void prepare(UserMode user) {
        done = 0;
        pattern = null;
        if (step instanceof Step.Run run) {
            left = run.instructions();
        } else if (step instanceof Step.Touch touch) {
            pattern = pattern(touch, user);
            left = pattern == null ? 0 : touch.count();
        } else if (step instanceof Step.Recurse recurse) {
            left = recurse.depth();
        } else if (step instanceof Step.Fork fork) {
            left = fork.count();
        } else if (step instanceof Step.KernelAllocate allocate) {
            left = allocate.count();
        } else {
            left = 1;
        }
    }

    /** Takes the step as far as it goes; whether the process has become another program. */
    private boolean goOn(UserMode user) {
        if (step instanceof Step.Touch) {
            left -= left == 0 ? 0 : user.accesses(pattern, left);
        } else if (step instanceof Step.Run) {
            left -= user.instructions(left);
        } else if (step instanceof Step.Recurse recurse) {
            recurse(recurse, user);
        } else {
            left--;
            Step taken = step;
            if (left == 0) {
                step = null;
            }
            return take(taken, user);
        }
        if (left == 0) {
            step = null;
        }
        return false;
    }

    private void recurse(Step.Recurse recurse, UserMode user) {
        while (left > 0 && user.running()) {
            user.call(recurse.frame());
            left--;
            done++;
        }
        while (left == 0 && done > 0) {
            user.leave(recurse.frame());
            done--;
        }
    }

    private boolean take(Step taken, UserMode user) {
        if (taken instanceof Step.Break moved) {
            user.moveBreak(moved.bytes());
        } else if (taken instanceof Step.Protect protect) {
            protect(protect, user);
        } else if (taken instanceof Step.Fork fork) {
            user.fork(new Performer(fork.steps(), random.next()));
        } else if (taken instanceof Step.Exec exec) {
            return user.exec(exec.program(), new Performer(exec.steps(), random.next()));
        } else if (taken instanceof Step.MapLibrary map) {
            user.mapLibrary(map.library());
        } else if (taken instanceof Step.Write write) {
            user.write(buffer(write.good(), write.bytes(), user), write.bytes());
        } else if (taken instanceof Step.Read read) {
            user.read(buffer(read.good(), read.bytes(), user), read.bytes());
        } else if (taken instanceof Step.KernelAllocate allocate) {
            user.keepInKernel(allocate.bytes());
        } else if (taken instanceof Step.KernelFree free) {
            user.giveUpInKernel(free.count());
        } else if (taken instanceof Step.DeepCall call) {
            user.deepCall(call.depth());
        } else if (taken instanceof Step.BadAccess bad) {
            bad(bad.what(), user);
        } else if (taken instanceof Step.Sleep sleep) {
            user.sleep(sleep.cycles());
        } else if (taken instanceof Step.GiveWay) {
            user.giveWay();
        } else if (taken instanceof Step.Await) {
            user.waitForChildren();
        } else if (taken instanceof Step.Exit exit) {
            user.exit(exit.status());
        }
        return false;
    }

    private static AddressRange range(Step.Part part, UserMode user) {
        return switch (part) {
            case TEXT -> user.text();
            case DATA -> user.data();
            case HEAP -> user.heap();
            case STACK -> user.stack();
            case LIBRARY -> user.library();
        };
    }

    /** What of a part of the address space a step is about; null when there is nothing of it. */
    private static AddressRange within(AddressRange whole, long offset, long bytes) {
        if (whole == null || offset >= whole.bytes()) {
            return null;
        }
        long room = whole.bytes() - offset;
        return new AddressRange(whole.first() + offset, bytes == 0 ? room : Math.min(bytes, room));
    }

    private AccessPattern pattern(Step.Touch touch, UserMode user) {
        AddressRange range = within(range(touch.part(), user), touch.offset(), touch.bytes());
        if (range == null || range.bytes() < touch.mix().size()) {
            return null;
        }
        long seed = random.next();
        if (touch.order() == Order.SEQUENTIAL) {
            return AccessPattern.sequential(range, Math.min(touch.step(), range.bytes()), touch.mix(), seed);
        }
        if (touch.order() == Order.STRIDE) {
            return AccessPattern.stride(range, Math.min(touch.step(), range.bytes()), touch.mix(), seed);
        }
        long pages = range.bytes() & -PAGE;
        boolean fits = pages != 0 && range.first() % PAGE == 0;
        AddressRange whole = fits ? new AddressRange(range.first(), pages) : range;
        try {
            return AccessPattern.random(whole, touch.distribution(), touch.mix(), seed);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static void protect(Step.Protect protect, UserMode user) {
        AddressRange range = within(user.heap(), protect.offset(), protect.bytes());
        if (range != null) {
            user.protect((int) range.first(), (int) range.bytes(), protect.writable());
        }
    }

    private static int buffer(boolean good, int bytes, UserMode user) {
        if (!good) {
            return NOWHERE;
        }
        AddressRange data = user.data();
        AddressRange stack = user.stack();
        boolean inData = data != null && data.bytes() >= bytes;
        return inData ? (int) data.first() : (int) (stack.first() + stack.bytes() - Math.min(bytes, stack.bytes()));
    }

    private static void bad(Step.Bad what, UserMode user) {
        switch (what) {
            case NULL -> user.access(0, 1, AccessKind.READ);
            case KERNEL -> user.access(KERNEL, 1, AccessKind.READ);
            case READ_ONLY -> user.access((int) user.text().first(), 1, AccessKind.WRITE);
            case UNMAPPED -> user.access(NOWHERE, 1, AccessKind.WRITE);
            default -> user.access((int) user.stack().first() - FAR_BELOW, 1, AccessKind.WRITE);
        }
    }
}
