package extraconfig

import "strings"

// CopyLabel is on each immutable copy of the ConfigMap that pods load in its place, where they
// are pinned to what their stamp names. Its value is Name.
const CopyLabel = "corewarden.io/copy-of"

// copyDigits is how much of a stamp's digits a copy's name has: 64 bits of the hash.
const copyDigits = 16

// CopyName returns the name of the copy for a stamp: "dns-extra-configs-v1-" and the first digits
// of its hash. There is none for what is no stamp.
func CopyName(stamp string) string {
	version, digits, found := strings.Cut(stamp, ":")
	if !found || !isLowerAlphanumeric(version) || len(digits) < copyDigits || !isLowerAlphanumeric(digits) {
		return ""
	}
	return Name + "-" + version + "-" + digits[:copyDigits]
}

// IsCopy reports whether a ConfigMap of that name is a copy.
func IsCopy(name string) bool {
	version, digits, found := strings.Cut(strings.TrimPrefix(name, Name+"-"), "-")
	return found && CopyName(version+":"+digits) == name
}

func isLowerAlphanumeric(text string) bool {
	return text != "" && strings.Trim(text, "0123456789abcdefghijklmnopqrstuvwxyz") == ""
}
