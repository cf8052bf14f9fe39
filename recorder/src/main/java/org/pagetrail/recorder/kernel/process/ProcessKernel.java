package org.pagetrail.recorder.kernel.process;

import java.util.Map;
import java.util.OptionalLong;
import org.pagetrail.recorder.kernel.Defect;
import org.pagetrail.recorder.kernel.KernelCore;
import org.pagetrail.recorder.kernel.KernelPanic;
import org.pagetrail.recorder.kernel.Routine;
import org.pagetrail.recorder.kernel.boot.Booted;
import org.pagetrail.recorder.kernel.heap.KernelHeap;
import org.pagetrail.recorder.kernel.heap.KernelStacks;
import org.pagetrail.recorder.kernel.pmm.FrameReferences;
import org.pagetrail.recorder.kernel.pmm.OutOfFramesException;
import org.pagetrail.recorder.kernel.vmm.VirtualMemory;
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.ia32.ControlBits;

/** The kernel after its boot: it starts processes, lets them run in turn, and idles while there is nothing to do. */
public final class ProcessKernel {
    private static final int SYSTEM_CALL_VECTOR = 0x80;

    private final KernelCore core;
    private final Machine machine;
    private final Processes processes;
    private final Timer timer;
    private final UserMode user;

    /**
     * Sets up what processes need: gates, the virtual memory manager, heap, stacks, counts of frames' users.
     *
     * @param booted the kernel at the end of S6
     * @param programs programs and libraries, by name
     * @param timerPeriod cycles between timer interrupts; 0 for none
     */
    public ProcessKernel(Booted booted, ProcessLayout layout, Map<String, Program> programs, long timerPeriod) {
        core = booted.core();
        machine = core.machine();
        booted.gate(Timer.VECTOR, Routine.TIMER);
        booted.userGate(SYSTEM_CALL_VECTOR, Routine.SYSTEM_CALL);
        keepSupervisorOut();
        VirtualMemory memory = new VirtualMemory(
                core,
                booted.directory(),
                layout.temporarySlot(),
                layout.globalPages() && machine.profile().features().pge());
        KernelHeap heap = new KernelHeap(core, memory, booted.heapFirst(), layout.kernelHeapEnd());
        int counts = heap.allocate(core.frames().frames() * Integer.BYTES);
        if (counts == 0) {
            throw new OutOfFramesException(
                    "no memory is left for the counts of page frames' users; give the machine more with --ram");
        }
        Parts parts = new Parts(
                core,
                layout,
                memory,
                heap,
                new KernelStacks(core, memory, layout.stackSlice(), layout.stackSlices()),
                new FrameReferences(core, counts));
        processes = new Processes(parts, booted::kernelStack);
        timer = new Timer(core, timerPeriod);
        user = new UserMode(core, processes, new SystemCalls(parts, processes), timer, programs);
        if (core.defects().strikes(Defect.WP_OFF)) {
            core.code().step();
            machine.writeCr0(machine.register(ControlRegister.CR0) & ~ControlBits.CR0_WP);
        }
    }

    /** Sets SMEP and SMAP where the machine has them. */
    private void keepSupervisorOut() {
        int wanted = Machine.supported(machine.profile().features()) & (ControlBits.CR4_SMEP | ControlBits.CR4_SMAP);
        if (wanted != 0) {
            core.code().step();
            machine.writeCr4(machine.register(ControlRegister.CR4) | wanted);
        }
    }

    /**
     * Starts a process.
     *
     * @param name what it is called
     * @param does what it does in user mode
     * @return false when memory does not suffice
     */
    public boolean start(String name, Program program, UserProgram does) {
        return processes.spawn(name, program, does);
    }

    /** Starts a process without a program of its own: any address of user space is its, page by page as it is touched. */
    public boolean startAnywhere(String name, UserProgram does) {
        return processes.spawnAnywhere(name, does);
    }

    /** Lets the processes run until all have ended; the kernel is on its own stack and in its own address space then. */
    public void run() {
        while (!processes.all().isEmpty()) {
            processes.wakeSleepers();
            KernelProcess next = processes.ready().poll();
            if (next == null) {
                processes.switchTo(null);
                idleUntil(earliestWake());
            } else {
                give(next);
            }
        }
        processes.switchTo(null);
    }

    private void give(KernelProcess process) {
        processes.switchTo(process);
        try {
            processes.resume();
            user.begin();
            while (user.running()) {
                process.program.run(user);
            }
        } catch (ProcessEnded ended) {
            return;
        }
        if (process.state == KernelProcess.State.READY) {
            processes.ready().add(process);
        }
    }

    private long earliestWake() {
        OptionalLong wake = processes.all().stream()
                .filter(process -> process.wakeAt != 0)
                .mapToLong(process -> process.wakeAt)
                .min();
        return wake.orElseThrow(() -> new KernelPanic("all processes wait for each other"));
    }

    /** How many instructions and accesses programs have made up to now; another thread may see an older number. */
    public long made() {
        return user.made();
    }

    /** Lets cycles pass with nothing but timer interrupts. */
    public void idle(long cycles) {
        idleUntil(machine.now() + cycles);
    }

    private void idleUntil(long tick) {
        core.routines().enter(Routine.IDLE);
        while (machine.now() < tick) {
            core.code().step();
            machine.halt(Math.max(0, Math.min(tick, timer.next()) - machine.now()));
            long before = timer.next();
            timer.passes(false);
            if (timer.next() != before) {
                machine.returnFromInterrupt();
            }
        }
    }
}
