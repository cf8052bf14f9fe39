package org.pagetrail.replay.state;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.pagetrail.traces.event.MemoryType;

/** Physical memory as the firmware, the boot loader and the physical memory manager told it. */
final class Frames {
    final RunMap allocated;
    final RunMap locked;
    final NavigableMap<Long, Long> shares = new TreeMap<>();
    final List<MemoryRegion> regions = new ArrayList<>();
    final List<LoadedModule> modules = new ArrayList<>();
    final List<KernelSegment> kernelSegments = new ArrayList<>();

    /** More than any set of rights. */
    static final int RIGHTS = 16;

    private final int pageShift;

    Frames(int pageShift) {
        this(pageShift, new RunMap(), new RunMap());
    }

    private Frames(int pageShift, RunMap allocated, RunMap locked) {
        this.pageShift = pageShift;
        this.allocated = allocated;
        this.locked = locked;
    }

    Frames copy() {
        Frames copy = new Frames(pageShift, allocated.copy(), locked.copy());
        copy.shares.putAll(shares);
        copy.regions.addAll(regions);
        copy.modules.addAll(modules);
        copy.kernelSegments.addAll(kernelSegments);
        return copy;
    }

    void save(Packer out) {
        allocated.save(out);
        locked.save(out);
        out.number(shares.size());
        long[] before = new long[1];
        shares.forEach((frame, users) -> {
            out.near(frame, before[0]);
            out.near(users, 0);
            before[0] = frame;
        });
        out.number(regions.size());
        for (MemoryRegion region : regions) {
            out.number(region.physical());
            out.number(region.size());
            out.number(region.type().ordinal());
        }
        out.number(modules.size());
        for (LoadedModule module : modules) {
            out.number(module.physical());
            out.number(module.size());
            out.text(module.name());
        }
        out.number(kernelSegments.size());
        for (KernelSegment segment : kernelSegments) {
            out.number(segment.physical());
            out.number(segment.linear());
            out.number(segment.fileSize());
            out.number(segment.memorySize());
            out.number(segment.rights());
        }
    }

    void load(Unpacker in) {
        allocated.load(in);
        locked.load(in);
        long before = 0;
        for (int left = in.count(); left > 0; left--) {
            before = in.near(before);
            shares.put(before, in.near(0));
        }
        MemoryType[] types = MemoryType.values();
        for (int left = in.count(); left > 0; left--) {
            regions.add(new MemoryRegion(in.number(), in.number(), types[in.below(types.length)]));
        }
        for (int left = in.count(); left > 0; left--) {
            modules.add(new LoadedModule(in.number(), in.number(), in.some()));
        }
        for (int left = in.count(); left > 0; left--) {
            kernelSegments.add(new KernelSegment(in.number(), in.number(), in.number(), in.number(), in.below(RIGHTS)));
        }
    }

    void freed(long first, long count) {
        allocated.clear(first, count);
        if (count > 0) {
            shares.subMap(first, first + count).clear();
        }
    }

    FrameState state(long frame) {
        if (locked.get(frame) != RunMap.NONE) {
            return FrameState.LOCKED;
        }
        if (allocated.get(frame) != RunMap.NONE) {
            return FrameState.ALLOCATED;
        }
        return available().get(frame) != RunMap.NONE ? FrameState.FREE : FrameState.UNKNOWN;
    }

    /** The available frames that are neither allocated nor locked. */
    RunMap free() {
        RunMap free = available();
        for (RunMap taken : List.of(allocated, locked)) {
            for (RunMap.Run run : taken.runs()) {
                free.clear(run.first(), run.end() - run.first());
            }
        }
        return free;
    }

    /** The frames that lie whole in available regions, and touch no other region. */
    private RunMap available() {
        RunMap available = new RunMap();
        long page = 1L << pageShift;
        for (MemoryRegion region : regions) {
            if (region.type() == MemoryType.AVAILABLE) {
                long first = (region.physical() + page - 1) >>> pageShift;
                available.set(first, ((region.physical() + region.size()) >>> pageShift) - first, 0);
            }
        }
        for (MemoryRegion region : regions) {
            if (region.type() != MemoryType.AVAILABLE) {
                long first = region.physical() >>> pageShift;
                available.clear(first, ((region.physical() + region.size() + page - 1) >>> pageShift) - first);
            }
        }
        return available;
    }
}
