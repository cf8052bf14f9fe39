package org.pagetrail.traces.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.pagetrail.traces.event.ByteSize;
import org.pagetrail.traces.plan.PlanTree.Draft;
import org.pagetrail.traces.yaml.YamlNode;

/**
 * What is wrong with a plan: what makes it unusable (errors), and what it states of itself that its addresses contradict.
 */
final class PlanLint {
    private static final long PAGE = 4096;
    private static final long LARGE = 4L << 20;
    private static final List<String> STEPS = List.of("B1", "B2", "S1", "S2", "S3", "S4", "S5", "S6");
    private static final List<String> NEEDED =
            List.of("page-directory", "page-tables", "kernel-stack", "kernel-heap", "kernel-image");

    private final Draft draft;
    private final Plan plan;
    private final List<Finding> findings = new ArrayList<>();

    private PlanLint(Draft draft) {
        this.draft = draft;
        plan = draft.plan();
    }

    static List<Finding> lint(Draft draft) {
        PlanLint lint = new PlanLint(draft);
        lint.regions();
        lint.gaps();
        lint.needed();
        lint.kernelSpace();
        lint.bootMappings();
        lint.steps();
        lint.rest();
        lint.findings.sort(Comparator.comparingInt(Finding::line));
        return List.copyOf(lint.findings);
    }

    private void error(String id, YamlNode at, String message) {
        findings.add(new Finding(id, true, at.line(), at.column(), at.where(), message));
    }

    private void stated(String id, YamlNode at, String message) {
        findings.add(new Finding(id, false, at.line(), at.column(), at.where(), message));
    }

    // Regions

    private void regions() {
        Set<String> ids = new TreeSet<>();
        for (int i = 0; i < plan.regions().size(); i++) {
            Region region = plan.regions().get(i);
            YamlNode node = draft.regions().get(i);
            if (!ids.add(region.id())) {
                error(
                        "duplicate-region",
                        node.get("id"),
                        "region " + region.id() + " is there twice; give one another id");
            }
            bounds(region, node);
            for (int j = 0; j < i; j++) {
                overlap(plan.regions().get(j), region, node);
            }
            if (node.has("size")) {
                statedSize(region, node.get("size"));
            }
            statedEnd(region, node, "bottom", region.first());
            statedEnd(region, node, "top", region.last());
        }
    }

    private void bounds(Region region, YamlNode node) {
        if (region.first() == Region.OPEN && region.last() == Region.OPEN) {
            error("region-bounds", node, "region " + region.id() + " has neither first nor last; give one at least");
        }
        if (region.fixed() && region.first() > region.last()) {
            error(
                    "region-bounds",
                    node,
                    "region " + region.id() + " ends before it begins: "
                            + Addresses.range(region.first(), region.last()) + "; exchange them");
        }
        boolean first = region.first() == Region.OPEN || region.first() % PAGE == 0;
        boolean last = region.last() == Region.OPEN || (region.last() + 1) % PAGE == 0;
        if (!first || !last) {
            long at = first ? region.last() : region.first();
            error(
                    "region-alignment",
                    node.get(first ? "last" : "first"),
                    "region " + region.id() + (first ? " ends at " : " begins at ") + Addresses.hex(at)
                            + ", inside a page; regions are whole pages of 4 KB");
        }
        if (region.guard() != Region.OPEN && (!region.contains(region.guard()) || region.guard() % PAGE != 0)) {
            error(
                    "guard",
                    node.get("guard"),
                    "the guard page " + Addresses.hex(region.guard()) + " is no page of region " + region.id()
                            + "; name its lowest");
        }
        if (region.slice() % PAGE != 0) {
            error(
                    "slice",
                    node.get("slice"),
                    "a slice of " + ByteSize.text(region.slice()) + " is not whole pages; use a multiple of 4 KB");
        }
    }

    private void overlap(Region one, Region other, YamlNode node) {
        if (one.fixed() && other.fixed() && one.first() <= other.last() && other.first() <= one.last()) {
            error(
                    "region-overlap",
                    node,
                    "region " + other.id() + " " + Addresses.range(other.first(), other.last()) + " overlaps "
                            + one.id() + " " + Addresses.range(one.first(), one.last()) + "; move one of them");
        }
    }

    private void statedSize(Region region, YamlNode node) {
        long size = node.roundedSize();
        String says = "region " + region.id() + " states a size of " + node.text();
        if (!region.fixed()) {
            statedOpenSize(region, node, size, says);
            return;
        }
        if (size == region.size()) {
            return;
        }
        String right = "its addresses " + Addresses.range(region.first(), region.last()) + " give "
                + ByteSize.text(region.size());
        long directory = plan.regions().stream()
                .filter(other -> other.id().equals("page-directory") && other.fixed())
                .mapToLong(Region::size)
                .findFirst()
                .orElse(0);
        if (region.id().equals("page-tables") && size == region.size() + directory) {
            stated(
                    "window-counts-directory",
                    node,
                    says + ", which counts the page directory's own page twice; " + right);
        } else {
            stated("region-size", node, says + "; " + right);
        }
    }

    private void statedOpenSize(Region region, YamlNode node, long size, String says) {
        if (region.first() == Region.OPEN && size == region.last() + 1) {
            long lowest = plan.regions().stream()
                    .filter(other -> other.last() == Region.OPEN)
                    .mapToLong(Region::first)
                    .min()
                    .orElse(0);
            // The program's image is below it, so at least a page less.
            stated(
                    "end-as-size",
                    node,
                    says + ", which is the address that it ends at; its size is less than "
                            + ByteSize.text((size - lowest + LARGE / 4 - 1) / (LARGE / 4) * (LARGE / 4)));
        } else {
            stated(
                    "region-size",
                    node,
                    says + ", but leaves its " + (region.first() == Region.OPEN ? "first" : "last")
                            + " byte open; leave the size out");
        }
    }

    private void statedEnd(Region region, YamlNode node, String key, long right) {
        if (!node.has(key)) {
            return;
        }
        YamlNode value = node.get(key);
        long address = value.address();
        if (address != right) {
            String end = key.equals("bottom") ? "first" : "last";
            String where = key.equals("bottom") && address > region.last() ? ", above its top" : "";
            stated(
                    "stack-bottom",
                    value,
                    "region " + region.id() + " states its " + key + " as " + Addresses.hex(address) + where + "; its "
                            + end + " byte is " + Addresses.hex(right));
        }
    }

    /** Holes between regions, and between them and the borders of kernel space. */
    private void gaps() {
        List<Plan.Range> taken = new ArrayList<>(plan.unassigned());
        long openFirst = Long.MAX_VALUE;
        long openLast = Long.MIN_VALUE;
        for (Region region : plan.regions()) {
            if (region.fixed()) {
                taken.add(new Plan.Range(region.first(), region.last()));
            } else if (region.first() != Region.OPEN) {
                openFirst = Math.min(openFirst, region.first());
            } else {
                openLast = Math.max(openLast, region.last());
            }
        }
        if (openFirst <= openLast) {
            taken.add(new Plan.Range(openFirst, openLast));
        }
        taken.sort(Comparator.comparingLong(Plan.Range::first));
        long next = 0;
        for (Plan.Range range : taken) {
            if (range.first() > next) {
                gap(next, range.first() - 1);
            }
            next = Math.max(next, range.last() + 1);
        }
        if (next < 1L << 32) {
            gap(next, (1L << 32) - 1);
        }
    }

    private void gap(long first, long last) {
        stated(
                "gap",
                draft.root().get("regions"),
                "no region has " + Addresses.range(first, last) + " (" + ByteSize.text(last - first + 1)
                        + "); extend one, or list it under unassigned");
    }

    // What the kernel needs

    private void needed() {
        YamlNode regions = draft.root().get("regions");
        for (String id : NEEDED) {
            if (plan.regions().stream().noneMatch(region -> region.id().equals(id) && region.fixed())) {
                error("missing-region", regions, "no region " + id + " with first and last; add it");
            }
        }
        if (findings.stream().anyMatch(Finding::error)) {
            return;
        }
        YamlNode slot = draft.root().get("recursive-slot");
        long window = (long) plan.recursiveSlot() << 22;
        long directory = window + ((long) plan.recursiveSlot() << 12);
        if (plan.region("page-tables").first() != window
                || plan.region("page-directory").first() != directory) {
            error(
                    "recursive-slot",
                    slot,
                    "slot " + plan.recursiveSlot() + " shows the page tables at " + Addresses.hex(window)
                            + " and the directory at " + Addresses.hex(directory)
                            + "; move those regions, or the slot");
        }
        Region image = plan.region("kernel-image");
        if (image.first() % LARGE != 0 || image.size() != LARGE) {
            error(
                    "kernel-image",
                    draft.root().get("regions"),
                    "region kernel-image is " + Addresses.range(image.first(), image.last())
                            + "; it must be 4 MB, at a multiple of 4 MB");
        }
        Region stack = plan.region("kernel-stack");
        Set<Integer> always = new TreeSet<>(plan.kernelTables().neverLazy());
        for (long at : new long[] {image.first(), stack.first(), stack.last()}) {
            if (!always.contains((int) (at >>> 22))) {
                error(
                        "never-lazy",
                        draft.root().get("kernel-tables"),
                        "slot " + (at >>> 22)
                                + " has the kernel's image or stack and must be under never-lazy; add it");
            }
        }
        Region heap = plan.region("kernel-heap");
        if (!heap.contains(plan.temporarySlot()) || plan.temporarySlot() % PAGE != 0) {
            error(
                    "temporary-slot",
                    draft.root().get("temporary-slot"),
                    "the temporary slot " + Addresses.hex(plan.temporarySlot())
                            + " is no page of the kernel heap; move it there");
        }
    }

    private void kernelSpace() {
        YamlNode node = draft.root().get("kernel-space");
        long size = plan.kernelLast() - plan.kernelFirst() + 1;
        if (size <= 0 || plan.kernelFirst() % LARGE != 0) {
            error(
                    "kernel-space",
                    node,
                    "kernel space " + Addresses.range(plan.kernelFirst(), plan.kernelLast())
                            + " is empty or does not begin at a multiple of 4 MB; mend it");
        }
        if (node.has("size") && node.get("size").roundedSize() != size) {
            stated(
                    "kernel-space-size",
                    node.get("size"),
                    "kernel space states a size of " + node.get("size").text()
                            + "; its addresses " + Addresses.range(plan.kernelFirst(), plan.kernelLast())
                            + " give the upper "
                            + ByteSize.text(size));
        }
    }

    private void bootMappings() {
        boolean kernelMapped = false;
        for (int i = 0; i < plan.bootMappings().size(); i++) {
            Plan.BootMapping mapping = plan.bootMappings().get(i);
            YamlNode node = draft.bootMappings().get(i);
            if (mapping.page() != LARGE) {
                error(
                        "boot-page-size",
                        node.get("page"),
                        "boot pages of " + ByteSize.text(mapping.page()) + " are not made here; use 4 MB");
            } else if (mapping.first() % LARGE != 0 || mapping.physical() % LARGE != 0 || mapping.size() % LARGE != 0) {
                error(
                        "boot-alignment",
                        node,
                        "the boot mapping of " + Addresses.hex(mapping.first()) + " to "
                                + Addresses.hex(mapping.physical()) + ", " + ByteSize.text(mapping.size())
                                + ", is not whole 4 MB pages; align all three to 4 MB");
            }
            kernelMapped |= mapping.physical() == 0 && mapping.first() == kernelImage() && mapping.size() >= LARGE;
        }
        if (!kernelMapped) {
            error(
                    "kernel-mapping",
                    draft.root().get("boot-mappings"),
                    "no boot mapping leads from region kernel-image to "
                            + "physical 0; the kernel could not run there");
        }
    }

    private long kernelImage() {
        return plan.regions().stream()
                .filter(region -> region.id().equals("kernel-image"))
                .mapToLong(Region::first)
                .findFirst()
                .orElse(Region.OPEN);
    }

    private void steps() {
        List<String> ids = plan.steps().stream().map(Plan.Step::id).toList();
        if (!ids.equals(STEPS)) {
            error(
                    "steps",
                    draft.root().get("steps"),
                    "the steps are " + String.join(" ", ids) + "; the kernel's are " + String.join(" ", STEPS)
                            + ", in this order");
        }
    }

    private void rest() {
        Plan.Ram ram = plan.ram();
        if (ram.minimum() > ram.standard() || ram.minimum() > ram.preallocateFrom()) {
            error(
                    "ram",
                    draft.root().get("ram"),
                    String.format(
                            Locale.ROOT,
                            "the minimum of RAM, %s, is above the default or preallocate-from; lower it",
                            ByteSize.text(ram.minimum())));
        }
        for (String what : List.of("kernel", "modules", "boot-information")) {
            if (plan.locks().stream().noneMatch(lock -> lock.what().equals(what))) {
                error("locks", draft.root().get("locks"), "nothing locks " + what + "; add a lock");
            }
        }
        for (YamlNode lock : draft.root().get("locks").items()) {
            String step = lock.get("step").text();
            if (!STEPS.contains(step)) {
                throw lock.get("step").wrong("'" + step + "' is no step", "use one of " + String.join(" ", STEPS));
            }
        }
    }
}
