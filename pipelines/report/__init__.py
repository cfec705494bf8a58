"""The page a committee reads about one model: numbers and pictures in, one self-contained document out.

``page``: the whole document · ``sections``: what it shows beyond plain fields · ``words``: what it says in both
languages (``words.toml``) · ``formats``: numbers, money and days as people of each language write them ·
``pictures``: the charts as text that a page may hold · ``bars``: small bars beside words · ``origin``: where every
figure comes from · ``comparison``: today's figures against the registered ones · ``templates``: its body, its
sections and its dress

Nothing is imported here.
"""
