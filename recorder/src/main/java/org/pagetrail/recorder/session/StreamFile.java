package org.pagetrail.recorder.session;

import org.pagetrail.recorder.workload.LackeyFormatException;
import org.pagetrail.recorder.workload.ReferenceStream;
import org.pagetrail.traces.plan.Plan;

/** The file of a reference stream, known by its digest. */
final class StreamFile {
    private final Workload workload;
    private final FileDigest digest;

    /** Reads it once, for its digest; that it can be run shows when it is. */
    StreamFile(Workload workload, Plan plan) {
        this.workload = workload;
        digest = FileDigest.of(workload.stream().path());
        try {
            open(plan).close();
        } catch (LackeyFormatException e) {
            throw new RecordingException(e.getMessage(), e);
        }
    }

    String name() {
        return workload.stream().name();
    }

    long size() {
        return digest.size();
    }

    String sha256() {
        return digest.sha256();
    }

    /**
     * Opens it under a plan.
     *
     * @throws LackeyFormatException when it cannot be read
     */
    ReferenceStream open(Plan plan) {
        return ReferenceStream.open(workload.stream().path(), plan, workload.rebase(), workload.lenient());
    }
}
