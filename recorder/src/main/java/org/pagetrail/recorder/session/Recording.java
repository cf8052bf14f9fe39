package org.pagetrail.recorder.session;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.pagetrail.recorder.kernel.Defect;
import org.pagetrail.recorder.kernel.Defects;
import org.pagetrail.recorder.kernel.KernelLayout;
import org.pagetrail.recorder.kernel.KernelPanic;
import org.pagetrail.recorder.kernel.boot.BootEnvironment;
import org.pagetrail.recorder.kernel.boot.BootException;
import org.pagetrail.recorder.kernel.boot.BootKernel;
import org.pagetrail.recorder.kernel.boot.Booted;
import org.pagetrail.recorder.kernel.elf.ElfFormatException;
import org.pagetrail.recorder.kernel.elf.ElfImage;
import org.pagetrail.recorder.kernel.elf.ElfImage.Segment;
import org.pagetrail.recorder.kernel.elf.KernelImage;
import org.pagetrail.recorder.kernel.elf.KernelRegion;
import org.pagetrail.recorder.kernel.elf.ShippedKernel;
import org.pagetrail.recorder.kernel.firmware.BootLayout;
import org.pagetrail.recorder.kernel.firmware.BootLoader;
import org.pagetrail.recorder.kernel.firmware.BootLoaderException;
import org.pagetrail.recorder.kernel.firmware.BootModule;
import org.pagetrail.recorder.kernel.firmware.FirmwareMemoryMap;
import org.pagetrail.recorder.kernel.pmm.OutOfFramesException;
import org.pagetrail.recorder.kernel.process.ProcessLayout;
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.recorder.machine.MachineStopped;
import org.pagetrail.recorder.scenario.ScenarioRun;
import org.pagetrail.recorder.workload.LackeyFormatException;
import org.pagetrail.recorder.workload.ReferenceStream;
import org.pagetrail.traces.event.BlockGeometry;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.ia32.Ia32Paging;
import org.pagetrail.traces.ia32.LinearAddress;
import org.pagetrail.traces.plan.Plan;
import org.pagetrail.traces.plan.Region;

/**
 * One recording: its inputs checked, the machine and the kernel wired, the header made.
 *
 * <p>Everything that can be wrong with the inputs is found by {@link #prepare}, before anything is written.
 */
public final class Recording {
    /** Where the header says what was run after the boot, under its options. */
    static final String WORKLOAD = "workload";

    private static final long PAGE = LinearAddress.PAGE_BYTES;
    private static final int FIRST_STACK_PAGES = 4;
    private static final String COMMAND_LINE = "";

    private final RecordingInputs inputs;
    private final long ram;
    private final KernelImage kernel;
    private final FirmwareMemoryMap memory;
    private final BootLayout layout;
    private final List<BootModule> modules;
    private final Programs programs;
    private final StreamFile stream;
    private final TraceHeader header;
    private volatile Machine machine;
    private volatile boolean stopRequested;
    private volatile ReferenceStream open;
    private volatile ScenarioRun life;
    private long skipped;
    private List<Defect> unmade = List.of();

    private Recording(RecordingInputs inputs, String release) {
        this.inputs = inputs;
        Plan plan = inputs.plan();
        ram = inputs.ram() == 0 ? plan.ram().standard() : inputs.ram();
        checkMachine();
        Region image = plan.region("kernel-image");
        ElfImage elf = inputs.kernel() == null
                ? ShippedKernel.read()
                : ElfImage.read(inputs.kernel().path(), inputs.kernel().name());
        kernel = KernelImage.of(elf, new KernelRegion(image.first(), image.size()));
        memory = FirmwareMemoryMap.ofPc(ram);
        programs = new Programs(inputs);
        modules = new ArrayList<>();
        inputs.modules().forEach(file -> modules.add(BootModule.read(file.name(), file.path())));
        modules.addAll(programs.modules());
        stream = inputs.workload().stream() == null ? null : new StreamFile(inputs.workload(), plan);
        layout = BootLoader.lay(kernel, memory, modules, COMMAND_LINE);
        checkModules();
        header = header(release);
    }

    /**
     * Checks the inputs and lays everything out.
     *
     * @param release the program's, for the header
     * @throws RecordingException when no recording can be made from them
     */
    public static Recording prepare(RecordingInputs inputs, String release) {
        try {
            return new Recording(inputs, release);
        } catch (ElfFormatException | BootLoaderException e) {
            throw new RecordingException(e.getMessage(), e);
        }
    }

    private void checkMachine() {
        Plan plan = inputs.plan();
        if (ram < plan.ram().minimum()) {
            throw new RecordingException(String.format(
                    Locale.ROOT,
                    "%,d KB of RAM are too few for plan %s; give it %,d KB or more with --ram",
                    ram / 1024,
                    plan.name(),
                    plan.ram().minimum() / 1024));
        }
        boolean largePages = plan.bootMappings().stream().anyMatch(mapping -> mapping.page() > PAGE);
        if (largePages && (Machine.supported(inputs.profile().features()) & ControlBits.CR4_PSE) == 0) {
            throw new RecordingException(
                    "profile " + inputs.profile().name() + " has no 4 MB pages (CR4.PSE), which plan " + plan.name()
                            + " boots with; choose another profile or plan");
        }
    }

    private void checkModules() {
        long pages = layout.modules().stream()
                .mapToLong(module -> (module.module().size() + 2 * PAGE - 1) / PAGE)
                .sum();
        Region heap = inputs.plan().region("kernel-heap");
        if (pages * PAGE > heap.size() - PAGE) {
            throw new RecordingException("the modules take " + pages * PAGE / 1024
                    + " KB, more than the kernel heap can map; leave some out");
        }
    }

    private TraceHeader header(String release) {
        ObjectNode kernelNode = JsonNodeFactory.instance.objectNode();
        ElfImage elf = kernel.elf();
        kernelNode.put("name", elf.name()).put("size", elf.size()).put("sha256", elf.sha256());
        kernelNode.put("entry", hex(elf.entry()));
        ArrayNode segments = kernelNode.putArray("segments");
        for (Segment segment : elf.segments()) {
            segments.addObject()
                    .put("physical", hex(segment.physical()))
                    .put("linear", hex(segment.linear()))
                    .put("fileSize", segment.fileSize())
                    .put("memorySize", segment.memorySize())
                    .put("rights", Rights.text(segment.rights()));
        }
        ArrayNode moduleNodes = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < modules.size(); i++) {
            BootModule module = modules.get(i);
            ObjectNode node = moduleNodes
                    .addObject()
                    .put("name", module.name())
                    .put("size", module.size())
                    .put("sha256", module.sha256());
            if (i >= inputs.modules().size()) {
                node.put(Programs.ORIGIN, programs.origin(i - inputs.modules().size()));
            }
        }
        ObjectNode options = JsonNodeFactory.instance.objectNode();
        options.put("commandLine", COMMAND_LINE);
        options.put("shippedKernel", inputs.kernel() == null);
        if (!inputs.workload().isBoot()) {
            options.set(WORKLOAD, WorkloadTree.write(inputs.workload(), stream));
        }
        return new TraceHeader(
                TraceHeader.FORMAT,
                EventCatalog.DIGEST,
                "pagetrail " + release,
                Ia32Paging.NAME,
                inputs.workload().name(),
                inputs.seed(),
                ram,
                inputs.plan().toJson(),
                inputs.plan().digest(),
                inputs.profile().toJson(),
                kernelNode,
                moduleNodes,
                options,
                BlockGeometry.STANDARD);
    }

    private static String hex(long address) {
        return String.format(Locale.ROOT, "0x%08x", address);
    }

    /** What the trace says of itself. */
    public TraceHeader header() {
        return header;
    }

    /** What a person should know of the inputs, one line each. */
    public List<String> warnings() {
        return kernel.warnings();
    }

    /** Asks the recording, from any thread, to end soon. */
    public void requestStop() {
        stopRequested = true;
        Machine running = machine;
        if (running != null) {
            running.requestStop();
        }
    }

    /** A machine with everything loaded, about to run; for those who want to look at it while it does. */
    public Machine machine(TraceEvents events) {
        Machine made = new Machine(inputs.profile(), ram, events);
        if (inputs.workload().accesses()) {
            made.tellEachAccess();
        }
        try {
            layout.load(made.memory()::load);
        } catch (BootLoaderException e) {
            throw new RecordingException(e.getMessage(), e);
        }
        machine = made;
        if (stopRequested) {
            made.requestStop();
        }
        return made;
    }

    /**
     * Runs to the end.
     *
     * @param events who is told
     * @return why the machine stopped
     * @throws RecordingException when the kernel cannot go on: no memory is left, or the plan's identity map is too small
     */
    public StopReason run(TraceEvents events) {
        return run(machine(events), events);
    }

    /** Runs a machine that {@link #machine(TraceEvents)} made. */
    public StopReason run(Machine made, TraceEvents events) {
        Workload workload = inputs.workload();
        Defects defects = new Defects(workload.defects(), inputs.seed(), workload.defectAt());
        try {
            BootKernel boot = new BootKernel(made, events, environment(), defects);
            if (workload.goesOn()) {
                live(boot.bootForMore());
            } else {
                boot.boot();
            }
            throw made.stop(StopReason.HALT);
        } catch (MachineStopped stopped) {
            return stopped.reason();
        } catch (KernelPanic panic) {
            if (workload.defects().isEmpty()) {
                throw panic;
            }
            return halted(made);
        } catch (OutOfFramesException | BootException | LackeyFormatException e) {
            throw new RecordingException(e.getMessage(), e);
        } finally {
            unmade = workload.defects().stream().filter(defects::awaits).toList();
        }
    }

    /** A kernel that was made wrong has noticed it, and halts. */
    private static StopReason halted(Machine made) {
        try {
            throw made.stop(StopReason.HALT);
        } catch (MachineStopped stopped) {
            return stopped.reason();
        }
    }

    private void live(Booted booted) {
        Workload workload = inputs.workload();
        ScenarioRun run = new ScenarioRun(
                booted,
                ProcessLayout.of(inputs.plan()),
                programs.at(booted.modules(), inputs.modules().size()));
        life = run;
        if (stream == null) {
            run.run(workload.scenario(), inputs.seed());
            return;
        }
        try (ReferenceStream references = stream.open(inputs.plan())) {
            open = references;
            run.run(references, workload.stream().name());
            skipped = references.skipped();
        }
    }

    /** How many accesses there have been up to now; may be asked from any thread. */
    public long accesses() {
        Machine running = machine;
        return running == null ? 0 : running.accesses();
    }

    /** How much of the recording is done, 0 to 1; negative when that cannot be known. May be asked from any thread. */
    public double share() {
        ReferenceStream references = open;
        if (references != null) {
            return Math.min(1, (double) references.bytesRead() / stream.size());
        }
        ScenarioRun run = life;
        return run == null ? -1 : run.share();
    }

    /** The mistakes that the kernel was to make and had no opportunity for. */
    public List<Defect> unmade() {
        return unmade;
    }

    /** How many lines of the reference stream were skipped. */
    public long skippedLines() {
        return skipped;
    }

    private BootEnvironment environment() {
        Map<String, Integer> functions = new HashMap<>();
        kernel.functions().forEach((name, address) -> functions.put(name, (int) (long) address));
        return new BootEnvironment(
                memory.ranges().stream()
                        .map(range -> new BootEnvironment.Memory(range.first(), range.length(), range.type()))
                        .toList(),
                kernel.elf().segments().stream()
                        .map(segment -> new BootEnvironment.Segment(
                                segment.physical(),
                                segment.linear(),
                                segment.fileSize(),
                                segment.memorySize(),
                                segment.rights()))
                        .toList(),
                layout.modules().stream()
                        .map(module -> new BootEnvironment.Module(
                                module.physical(),
                                module.module().size(),
                                module.module().name()))
                        .toList(),
                (int) layout.informationAt(),
                layout.information().length,
                (int) (layout.bootData() / PAGE),
                (int) kernel.entry(),
                (int) kernel.lowCode().bytes(),
                (int) kernel.highCode().first(),
                (int) kernel.highCode().bytes(),
                functions,
                kernel.writable(),
                kernelLayout());
    }

    private KernelLayout kernelLayout() {
        Plan plan = inputs.plan();
        Region image = plan.region("kernel-image");
        Region heap = plan.region("kernel-heap");
        Region stack = plan.region("kernel-stack");
        long identity = plan.bootMappings().stream()
                .filter(mapping -> mapping.first() == 0 && mapping.physical() == 0)
                .mapToLong(Plan.BootMapping::size)
                .max()
                .orElse(0);
        return new KernelLayout(
                (int) image.first(),
                (int) (image.size() / PAGE),
                (int) heap.first(),
                heap.size(),
                (int) (stack.last() + 1),
                (int) (FIRST_STACK_PAGES * PAGE),
                plan.kernelTables().neverLazy(),
                plan.recursiveSlot(),
                plan.kernelTables().preallocated() && ram >= plan.ram().preallocateFrom(),
                plan.identityKept(),
                identity,
                plan.globalKernelPages(),
                plan.bootMappings().stream()
                        .map(mapping -> new KernelLayout.BootMapping(
                                mapping.step(), (int) mapping.first(), (int) mapping.physical(), mapping.size()))
                        .toList());
    }
}
