// Package corefile judges Corefiles as CoreDNS would, without running it.
//
// It is pure: it knows nothing of Kubernetes and reads no file, network,
// environment or clock. Whatever the text, it ends in bounded time and memory.
package corefile

// A File is one text that CoreDNS would load: the main Corefile or a file that an
// import matches.
type File struct {
	// Name is what problems call the file: a ConfigMap key or a path.
	Name string
	// Path is the absolute path that the server would open, which imports refer to.
	Path string
	// Text is the whole content. It need not be valid UTF-8.
	Text string
	// Foreign tells that the file is not judged but loaded beside the judged ones: the
	// server's own Corefile, or one of another ConfigMap. A problem between a foreign and a
	// judged file is reported in the judged one.
	Foreign bool
	// Own tells of a foreign file that it is the server's own Corefile.
	Own bool
}
