package doctor

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/httpstream" //nolint:staticcheck // what client-go's transport returns
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/transport/spdy"
)

// portForwardProtocol is what the kubelet calls its protocol.
const portForwardProtocol = "portforward.k8s.io"

// forward returns a connection to a port of a pod, through the API server and the kubelet.
// It listens nowhere, as kubectl port-forward does.
func forward(config *rest.Config, namespace, pod string, port int32) (net.Conn, error) {
	transport, upgrader, err := spdy.RoundTripperFor(config)
	if err != nil {
		return nil, err
	}
	to, err := forwardURL(config, namespace, pod)
	if err != nil {
		return nil, err
	}
	dialer := spdy.NewDialer(upgrader, &http.Client{Transport: transport}, http.MethodPost, to)
	connection, _, err := dialer.Dial(portForwardProtocol)
	if err != nil {
		return nil, err
	}
	headers := http.Header{}
	headers.Set(corev1.PortHeader, fmt.Sprint(port))
	headers.Set(corev1.PortForwardRequestIDHeader, "0")
	headers.Set(corev1.StreamType, corev1.StreamTypeError)
	problems, err := connection.CreateStream(headers)
	if err != nil {
		connection.Close()
		return nil, err
	}
	headers.Set(corev1.StreamType, corev1.StreamTypeData)
	data, err := connection.CreateStream(headers)
	if err != nil {
		connection.Close()
		return nil, err
	}
	return &forwarded{Stream: data, connection: connection, problems: problems}, nil
}

func forwardURL(config *rest.Config, namespace, pod string) (*url.URL, error) {
	config = rest.CopyConfig(config)
	config.GroupVersion = &corev1.SchemeGroupVersion
	config.APIPath = "/api"
	config.NegotiatedSerializer = scheme.Codecs.WithoutConversion()
	client, err := rest.RESTClientFor(config)
	if err != nil {
		return nil, err
	}
	return client.Post().Resource("pods").Namespace(namespace).Name(pod).SubResource("portforward").URL(), nil
}

// forwarded is a connection to a pod. It has no deadlines of its own: whoever waits for it
// closes it.
type forwarded struct {
	httpstream.Stream
	connection httpstream.Connection
	problems   io.Reader
}

// Read reads what the pod says. At its end, the kubelet may say why there is no more.
func (f *forwarded) Read(into []byte) (int, error) {
	n, err := f.Stream.Read(into)
	if n == 0 && err == io.EOF { //nolint:errorlint // a Reader returns io.EOF itself
		if why, _ := io.ReadAll(f.problems); len(why) > 0 {
			return 0, fmt.Errorf("%s", why)
		}
	}
	return n, err
}

// Close ends the connection to the API server, and with it the streams.
func (f *forwarded) Close() error { return f.connection.Close() }

func (f *forwarded) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (f *forwarded) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (f *forwarded) SetDeadline(time.Time) error      { return nil }
func (f *forwarded) SetReadDeadline(time.Time) error  { return nil }
func (f *forwarded) SetWriteDeadline(time.Time) error { return nil }
