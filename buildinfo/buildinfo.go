// Package buildinfo tells which build of Corewarden a program is.
package buildinfo

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// Set by the linker, as in
//
//	go build -ldflags "-X corewarden/buildinfo.version=v1.2.3 -X corewarden/buildinfo.revision=0123abc"
var version, revision string

// Info says what a program was built from, and by what.
type Info struct {
	Version   string // such as v1.2.3; devel for a build that is no release
	Revision  string // the commit; unknown where the build did not record it
	GoVersion string // such as go1.26.8
}

// Read returns the build of this program.
func Read() Info {
	info := Info{Version: version, Revision: revision, GoVersion: runtime.Version()}
	if build, ok := debug.ReadBuildInfo(); ok && info.Revision == "" {
		info.Revision = committed(build.Settings)
	}
	if info.Version == "" {
		info.Version = "devel"
	}
	if info.Revision == "" {
		info.Revision = "unknown"
	}
	return info
}

// committed returns the commit that go build recorded, marked where files had changed since.
func committed(settings []debug.BuildSetting) string {
	values := make(map[string]string)
	for _, s := range settings {
		values[s.Key] = s.Value
	}
	commit := values["vcs.revision"]
	if commit != "" && values["vcs.modified"] == "true" {
		commit += "-dirty"
	}
	return commit
}

// String returns it as -version prints it.
func (i Info) String() string {
	return fmt.Sprintf("%s (revision %s, %s, %s/%s)", i.Version, i.Revision, i.GoVersion, runtime.GOOS, runtime.GOARCH)
}
