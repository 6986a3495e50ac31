"""The HTTP service and its page. An upload takes this road; each file does one thing:

http_protocol    bytes from the network, while the client is not too slow
security, body_limit    is it allowed at all; not too large, not too late
endpoints, app   what answers where; `about_model` and `examples` are what needs no upload
openapi          what the API's document says
parsing          sends the body to a process that can be killed: parser_process, form, shown_signal
batcher          all that wait for the model are computed together
pictures         ECG on paper, drawn by picture_process
explaining       one explanation at a time
lane, process_pool    work in bounded queues; admission says who may wait; metrics counts
serving          the server around it all
"""
