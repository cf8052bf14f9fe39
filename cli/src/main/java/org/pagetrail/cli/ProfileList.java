package org.pagetrail.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.pagetrail.traces.profile.Features;
import org.pagetrail.traces.profile.MachineProfile;
import org.pagetrail.traces.profile.MachineProfiles;
import org.pagetrail.traces.profile.TlbGeometry;

/** The machine profiles that come with the program, as {@code record --list-profiles} shows them. */
final class ProfileList {
    private ProfileList() {}

    static void print(Output out) {
        for (String name : MachineProfiles.names()) {
            MachineProfile profile = MachineProfiles.named(name);
            out.line(profile.name());
            out.line("  " + profile.description());
            out.line(row("has", features(profile.features())));
            if (profile.unified()) {
                out.line(row("TLB", sizes(profile.data4K(), profile.data4M())));
            } else {
                out.line(row("instructions", sizes(profile.instruction4K(), profile.instruction4M())));
                out.line(row("data", sizes(profile.data4K(), profile.data4M())));
            }
            if (profile.secondLevel() != null) {
                String large = profile.secondLevelHolds4M() ? ", of 4 MB pages too" : "";
                out.line(row("second level", size(profile.secondLevel()) + large));
            }
            if (profile.walkCache() != null) {
                out.line(row("walk cache", size(profile.walkCache())));
            }
        }
    }

    private static String row(String what, String text) {
        return String.format(Locale.ROOT, "    %-13s %s", what, text);
    }

    private static String features(Features features) {
        List<String> parts = new ArrayList<>();
        add(parts, features.pse(), "PSE");
        add(parts, features.pge(), "PGE");
        add(parts, features.pat(), "PAT");
        add(parts, features.pse36(), "PSE-36");
        add(parts, features.smep(), "SMEP");
        add(parts, features.smap(), "SMAP");
        parts.add(features.maxPhysicalAddress() + "-bit physical addresses");
        return String.join(", ", parts);
    }

    private static void add(List<String> parts, boolean has, String name) {
        if (has) {
            parts.add(name);
        }
    }

    private static String sizes(TlbGeometry small, TlbGeometry large) {
        return "4 KB: " + size(small) + (large == null ? "" : "; 4 MB: " + size(large));
    }

    private static String size(TlbGeometry geometry) {
        String ways = geometry.sets() == 1 ? "fully associative" : geometry.ways() + " ways";
        String replacement =
                geometry.replacement().name().toLowerCase(Locale.ROOT).replace('_', '-');
        return String.format(Locale.ROOT, "%,d, %s, %s", geometry.entries(), ways, replacement);
    }
}
