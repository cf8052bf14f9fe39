package org.pagetrail.recorder.session;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.pagetrail.recorder.kernel.boot.BootEnvironment;
import org.pagetrail.recorder.kernel.boot.BootException;
import org.pagetrail.recorder.kernel.boot.BootKernel;
import org.pagetrail.recorder.kernel.boot.KernelLayout;
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
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.recorder.machine.MachineStopped;
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
    /** The scenario that is the boot alone. */
    public static final String BOOT = "boot";

    private static final long PAGE = LinearAddress.PAGE_BYTES;
    private static final int FIRST_STACK_PAGES = 4;
    private static final String COMMAND_LINE = "";

    private final RecordingInputs inputs;
    private final long ram;
    private final KernelImage kernel;
    private final FirmwareMemoryMap memory;
    private final BootLayout layout;
    private final List<BootModule> modules;
    private final TraceHeader header;
    private volatile Machine machine;
    private volatile boolean stopRequested;

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
        modules = inputs.modules().stream()
                .map(file -> BootModule.read(file.name(), file.path()))
                .toList();
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
        if (!inputs.scenario().equals(BOOT)) {
            throw new RecordingException("scenario '" + inputs.scenario() + "' is not known; use " + BOOT);
        }
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
        for (BootModule module : modules) {
            moduleNodes
                    .addObject()
                    .put("name", module.name())
                    .put("size", module.size())
                    .put("sha256", module.sha256());
        }
        ObjectNode options = JsonNodeFactory.instance.objectNode();
        options.put("commandLine", COMMAND_LINE);
        options.put("shippedKernel", inputs.kernel() == null);
        return new TraceHeader(
                TraceHeader.FORMAT,
                EventCatalog.DIGEST,
                "pagetrail " + release,
                Ia32Paging.NAME,
                inputs.scenario(),
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
        try {
            new BootKernel(made, events, environment()).boot();
            throw made.stop(StopReason.HALT);
        } catch (MachineStopped stopped) {
            return stopped.reason();
        } catch (OutOfFramesException | BootException e) {
            throw new RecordingException(e.getMessage(), e);
        }
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
