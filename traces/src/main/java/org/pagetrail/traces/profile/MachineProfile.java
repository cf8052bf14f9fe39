package org.pagetrail.traces.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A processor as the model sees it: its features, its translation caches and what things take.
 *
 * <p>A cache that it does not have is null. Where there is no array for 4 MB pages, their translations are cached as 4 KB ones, as
 * SDM volume 3A, 4.10.2.3 allows.
 *
 * @param name what {@code --profile} calls it
 * @param description one sentence
 * @param features what of paging it has
 * @param unified whether fetches use the data arrays; there are then no instruction arrays
 * @param instruction4K first level, fetches, 4 KB pages
 * @param instruction4M first level, fetches, 4 MB pages
 * @param data4K first level, reads and writes (and fetches when unified), 4 KB pages
 * @param data4M first level, reads and writes (and fetches when unified), 4 MB pages
 * @param secondLevel shared second level
 * @param secondLevelHolds4M whether the second level holds 4 MB pages too, whole
 * @param walkCache cache of page-directory entries
 * @param pseChangeFlushes whether a change of CR4.PSE drops all translations
 * @param largePageServesFirst which translation serves when a 4 KB and a 4 MB one cover an address
 * @param costs what things take
 */
public record MachineProfile(
        String name,
        String description,
        Features features,
        boolean unified,
        TlbGeometry instruction4K,
        TlbGeometry instruction4M,
        TlbGeometry data4K,
        TlbGeometry data4M,
        TlbGeometry secondLevel,
        boolean secondLevelHolds4M,
        TlbGeometry walkCache,
        boolean pseChangeFlushes,
        boolean largePageServesFirst,
        Costs costs) {
    /** Checks that the first level is there. */
    public MachineProfile {
        if (data4K == null || !unified && instruction4K == null) {
            throw new IllegalArgumentException(
                    "a profile needs a first-level array for 4 KB pages, and for fetches one too unless unified");
        }
        if (unified && (instruction4K != null || instruction4M != null)) {
            throw new IllegalArgumentException("a unified profile has no arrays for instructions");
        }
    }

    /** As JSON in canonical field order. */
    public ObjectNode toJson() {
        return ProfileTree.toJson(this);
    }

    /**
     * The profile that JSON says.
     *
     * @throws ProfileException when it says none
     */
    public static MachineProfile fromJson(JsonNode json) {
        return ProfileTree.read(org.pagetrail.traces.yaml.YamlNode.of(json, "the trace's profile"));
    }
}
