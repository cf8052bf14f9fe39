package org.pagetrail.recorder.machine;

/** #GP: an instruction asked for what this processor does not have, or in an order that it does not allow. */
public final class GeneralProtectionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GeneralProtectionException(String message) {
        super(message);
    }
}
