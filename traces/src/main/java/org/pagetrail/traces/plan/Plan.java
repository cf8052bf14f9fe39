package org.pagetrail.traces.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.pagetrail.traces.yaml.YamlNode;

/**
 * A layout plan: where everything is to be in the linear address space, and how the boot gets there.
 *
 * <p>All addresses are unsigned bytes. A plan is valid: its regions do not overlap, what must be aligned is.
 *
 * @param name what traces call it
 * @param title what it is, for people
 * @param ram how much memory it is for
 * @param kernelFirst the first byte of kernel space
 * @param kernelLast its last byte
 * @param recursiveSlot the directory slot that refers to the directory itself
 * @param kernelTables how kernel tables come to be in every directory
 * @param identityKept whether the structure of S5 has the boot mappings below kernel space
 * @param globalKernelPages whether kernel pages are global where the machine has PGE
 * @param regions by address, highest first
 * @param unassigned what belongs to no region on purpose
 * @param bootMappings what B1 and B2 map
 * @param locks what is never allocated
 * @param steps in their order
 * @param temporarySlot the page through which a directory that is not loaded is written
 * @param aliases for what two pages may map one frame
 * @param devices memory that is no RAM and may be mapped
 */
public record Plan(
        String name,
        String title,
        Ram ram,
        long kernelFirst,
        long kernelLast,
        int recursiveSlot,
        KernelTables kernelTables,
        boolean identityKept,
        boolean globalKernelPages,
        List<Region> regions,
        List<Range> unassigned,
        List<BootMapping> bootMappings,
        List<Lock> locks,
        List<Step> steps,
        long temporarySlot,
        List<String> aliases,
        List<Device> devices) {
    /**
     * How much memory a plan is for, in bytes.
     *
     * @param standard when nothing else is said
     * @param minimum the least
     * @param preallocateFrom from so much on, preallocated kernel tables are made
     */
    public record Ram(long standard, long minimum, long preallocateFrom) {}

    /**
     * How kernel tables come to be in every directory.
     *
     * @param preallocated whether all exist from S5 on; else a directory gets those that it lacks on a fault
     * @param neverLazy directory slots whose tables always exist from S5 on
     */
    public record KernelTables(boolean preallocated, List<Integer> neverLazy) {}

    /** A range of linear addresses, first and last byte. */
    public record Range(long first, long last) {}

    /**
     * A run of pages that a boot step maps.
     *
     * @param step the step's id
     * @param first the first linear address
     * @param size in bytes
     * @param physical the first physical address
     * @param page bytes of each page
     */
    public record BootMapping(String step, long first, long size, long physical, long page) {}

    /**
     * Memory that a step takes out of allocation.
     *
     * @param step the step's id
     * @param what kernel, modules or boot-information
     * @param physical the first physical address; {@link Region#OPEN} where the boot loader decides
     * @param size in bytes, 0 where the boot loader decides
     */
    public record Lock(String step, String what, long physical, long size) {}

    /** A step of the boot. */
    public record Step(String id, String title) {}

    /** Memory that is no RAM. */
    public record Device(String name, long physical, long size) {}

    /**
     * The region of this id.
     *
     * @throws IllegalArgumentException when the plan has none
     */
    public Region region(String id) {
        return regions.stream()
                .filter(region -> region.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("plan " + name + " has no region " + id));
    }

    /** The fixed region that an address lies in, or null. */
    public Region regionAt(long linear) {
        for (Region region : regions) {
            if (region.contains(linear)) {
                return region;
            }
        }
        return null;
    }

    /**
     * The region that an address lies in for a program whose heap begins somewhere, or null.
     *
     * @param heap the first address of the heap, {@link Region#OPEN} when the program has none
     */
    public Region regionAt(long linear, long heap) {
        Region fixed = regionAt(linear);
        if (fixed != null || heap == Region.OPEN) {
            return fixed;
        }
        for (Region region : regions) {
            boolean in = region.last() == Region.OPEN
                    ? linear >= region.first() && linear < heap
                    : region.first() == Region.OPEN && linear >= heap && linear <= region.last();
            if (in) {
                return region;
            }
        }
        return null;
    }

    /** The title of a step, or an empty text. */
    public String stepTitle(String id) {
        return steps.stream()
                .filter(step -> step.id().equals(id))
                .map(Step::title)
                .findFirst()
                .orElse("");
    }

    /** As JSON in canonical field order, with the keys of the YAML file. */
    public ObjectNode toJson() {
        return PlanTree.toJson(this);
    }

    /**
     * The plan that JSON says.
     *
     * @throws PlanException when it says none
     */
    public static Plan fromJson(JsonNode json) {
        return PlanFile.plan(YamlNode.of(json, "the trace's plan"));
    }

    /** SHA-256 of the canonical JSON, hexadecimal. */
    public String digest() {
        try {
            byte[] json = toJson().toString().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
